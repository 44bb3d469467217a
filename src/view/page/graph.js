// Who is linked with whom: entities that share a relation or an event, the best linked of them, as a graph.

let nodesShown = 40;
const graphLabels = new Set(["PER", "ORG"]);

/** Pairs of entities with what links them. */
function links({ articles, events }) {
  const found = new Map();
  const passing = new Set(events.map(({ event }) => event));
  const take = (one, other, why) => {
    if (!one || !other || one === other) return;
    const labels = [one, other].map((key) => model.entities.get(key)?.label);
    if (!labels.every((label) => graphLabels.has(label))) return;
    const [a, b] = one < other ? [one, other] : [other, one];
    const id = `${a}\n${b}`;
    const link = found.get(id) ?? { a, b, weight: 0, why: new Map() };
    link.weight += 1;
    link.why.set(why, (link.why.get(why) ?? 0) + 1);
    found.set(id, link);
  };
  for (const { article, keys, events: own } of articles) {
    for (const relation of article.relations ?? []) {
      if (scored(relation.score)) take(keys.get(relation.from), keys.get(relation.to), relation.type);
    }
    for (const at of own) {
      if (!passing.has(at.event)) continue;
      const members = [...at.keys].slice(0, 12);
      members.forEach((one, i) => members.slice(i + 1).forEach((other) => take(one, other, at.event.type)));
    }
  }
  return [...found.values()];
}

function drawGraph(view, passed) {
  const all = links(passed);
  const degree = new Map();
  for (const { a, b, weight } of all) for (const key of [a, b]) degree.set(key, (degree.get(key) ?? 0) + weight);
  const kept = [...degree].sort((x, y) => y[1] - x[1] || (x[0] < y[0] ? -1 : 1)).slice(0, nodesShown);
  const best = new Set(kept.map(([key]) => key));
  const edges = all.filter(({ a, b }) => best.has(a) && best.has(b));
  // Whoever is linked only with less linked ones would stand alone.
  const linked = new Set(edges.flatMap(({ a, b }) => [a, b]));
  const nodes = new Map(kept.filter(([key]) => linked.has(key)).map(([key, weight]) => [key, { ...model.entities.get(key), weight }]));
  view.append(el("h2", {}, "Who is linked with whom"), graphControls(degree.size));
  if (!nodes.size) return void view.append(nothing());
  layout([...nodes.values()], edges.map(({ a, b, weight }) => [nodes.get(a), nodes.get(b), weight]));
  view.append(picture(nodes, edges), linkTable(nodes, edges));
}

function graphControls(size) {
  const slider = el("input", { type: "range", min: 10, max: 80, step: 10, value: nodesShown, id: "nodes" });
  slider.addEventListener("change", () => {
    nodesShown = Number(slider.value);
    redraw();
  });
  const boxes = ["PER", "ORG", "LOC", "ROL", "LAW", "WORK", "NEV"].map((label) => {
    const box = el("input", { type: "checkbox", checked: graphLabels.has(label) });
    box.addEventListener("change", () => {
      graphLabels[box.checked ? "add" : "delete"](label);
      redraw();
    });
    return el("label", {}, box, el("span", { class: `m c c-${label} left right` }, LAYERS[label]));
  });
  return el("div", { class: "legend" }, boxes, el("label", { for: "nodes" }, `at most ${nodesShown} of ${number(size)}`), slider);
}

const WIDE = 900;
const HIGH = 620;

/** Forces: all push each other away, links pull, the middle pulls a little. The same every time. */
function layout(nodes, edges) {
  nodes.forEach((node, i) => {
    const angle = i * 2.399963;
    const radius = 24 * Math.sqrt(i + 0.5);
    node.x = Math.cos(angle) * radius * 1.4;
    node.y = Math.sin(angle) * radius;
  });
  const ideal = Math.sqrt((WIDE * HIGH) / Math.max(6, nodes.length)) * 0.72;
  for (let step = 0; step < 260; step++) {
    const heat = ideal * 0.5 * (1 - step / 260) + 0.5;
    for (const node of nodes) node.dx = node.dy = 0;
    for (let i = 0; i < nodes.length; i++) {
      for (let j = i + 1; j < nodes.length; j++) {
        const [a, b] = [nodes[i], nodes[j]];
        // Names are wide: nearness to the side counts as nearer.
        const [x, y] = [(a.x - b.x) * 0.6 || 0.1, a.y - b.y || 0.1];
        const push = (ideal * ideal) / (x * x + y * y);
        a.dx += x * push, a.dy += y * push, b.dx -= x * push, b.dy -= y * push;
      }
    }
    for (const [a, b, weight] of edges) {
      const [x, y] = [a.x - b.x, a.y - b.y];
      const pull = (Math.hypot(x, y) / ideal) * Math.min(2, 0.6 + Math.log2(weight + 1) * 0.4);
      a.dx -= x * pull, a.dy -= y * pull, b.dx += x * pull, b.dy += y * pull;
    }
    for (const node of nodes) {
      node.dx -= node.x * 0.35, node.dy -= node.y * 0.6;
      const length = Math.hypot(node.dx, node.dy) || 1;
      node.x += (node.dx / length) * Math.min(length, heat);
      node.y += (node.dy / length) * Math.min(length, heat);
    }
  }
  const span = (axis) => [Math.min(...nodes.map((n) => n[axis])), Math.max(...nodes.map((n) => n[axis]))];
  const [[left, right], [top, bottom]] = [span("x"), span("y")];
  for (const node of nodes) {
    node.x = 90 + ((node.x - left) / (right - left || 1)) * (WIDE - 180);
    node.y = 30 + ((node.y - top) / (bottom - top || 1)) * (HIGH - 70);
  }
  spread(nodes);
}

/** Moves apart what would cover another's dot or name. */
function spread(nodes) {
  const [room, line] = [nodes.length > 40 ? 104 : 136, 42];
  for (let step = 0; step < 120; step++) {
    for (let i = 0; i < nodes.length; i++) {
      for (let j = i + 1; j < nodes.length; j++) {
        const [a, b] = [nodes[i], nodes[j]];
        const [x, y] = [b.x - a.x, b.y - a.y];
        const [over, under] = [room - Math.abs(x), line - Math.abs(y)];
        if (over <= 0 || under <= 0) continue;
        // The shorter way out.
        if (over / room < under / line) {
          const move = ((x < 0 ? -1 : 1) * over) / 4;
          a.x -= move, b.x += move;
        } else {
          const move = ((y < 0 ? -1 : 1) * under) / 4;
          a.y -= move, b.y += move;
        }
      }
    }
    for (const node of nodes) {
      node.x = Math.max(80, Math.min(WIDE - 80, node.x));
      node.y = Math.max(24, Math.min(HIGH - 34, node.y));
    }
  }
}

function picture(nodes, edges) {
  const most = Math.max(...[...nodes.values()].map(({ weight }) => weight));
  const lines = edges.map(({ a, b, weight, why }) => {
    const [from, to] = [nodes.get(a), nodes.get(b)];
    return svg("line", { x1: from.x, y1: from.y, x2: to.x, y2: to.y, "stroke-width": Math.min(6, 1 + Math.log2(weight)), "data-a": a, "data-b": b },
      svg("title", {}, `${from.name} – ${to.name}: ${whyOf(why)}`));
  });
  const dots = [...nodes.values()].map((node) => {
    const short = node.name.length > 26 ? `${node.name.slice(0, 25)}…` : node.name;
    const radius = 5 + 9 * Math.sqrt(node.weight / most);
    return svg("g", { class: `node c-${node.label}${filters.entity === node.key ? " chosen" : ""}`, transform: `translate(${node.x} ${node.y})`, tabindex: "-1", role: "button", "aria-label": `${node.name}, ${LAYERS[node.label]}, ${node.weight} links`, "data-key": node.key },
      svg("circle", { r: radius }), svg("text", { y: radius + 13, "text-anchor": "middle" }, short), svg("title", {}, `${node.name}: ${node.weight} links`));
  });
  const image = svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, class: "graph", role: "group", "aria-label": "Graph of linked entities" }, svg("g", { class: "lines" }, lines), dots);
  const choose = (node) => setEntity(filters.entity === node.dataset.key ? "" : node.dataset.key);
  const near = (event) => {
    const node = event.target.closest(".node");
    image.classList.toggle("dim", Boolean(node));
    for (const line of lines) line.classList.toggle("near", Boolean(node) && [line.dataset.a, line.dataset.b].includes(node.dataset.key));
    const around = new Set(lines.filter((line) => line.classList.contains("near")).flatMap((line) => [line.dataset.a, line.dataset.b]));
    for (const dot of dots) dot.classList.toggle("near", around.has(dot.dataset.key) || dot === node);
  };
  image.addEventListener("pointerover", near);
  image.addEventListener("pointerleave", near);
  image.addEventListener("focusin", near);
  image.addEventListener("click", (event) => {
    const node = event.target.closest(".node");
    if (node) choose(node);
  });
  image.addEventListener("keydown", (event) => {
    const node = event.target.closest(".node");
    if (!node || !["Enter", " "].includes(event.key)) return;
    event.preventDefault();
    choose(node);
  });
  roving(image, ".node");
  return el("div", { class: "scroll" }, image);
}

function whyOf(why) {
  return [...why].map(([name, count]) => (count > 1 ? `${name} ×${count}` : name)).join(", ");
}

/** The same as a table, for those who do not see the picture. */
function linkTable(nodes, edges) {
  const rows = [...edges].sort((x, y) => y.weight - x.weight).slice(0, 200);
  return el("details", {}, el("summary", {}, `The links as a table (${number(edges.length)})`), el("div", { class: "scroll" }, el("table", {},
    el("thead", {}, el("tr", {}, ["one", "other", "linked by"].map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, rows.map(({ a, b, why }) => el("tr", {}, [a, b].map((key) => el("td", {}, button(nodes.get(key).name, () => setEntity(key), { class: "link" }))), el("td", {}, whyOf(why))))))));
}
