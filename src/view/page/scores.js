// The page about accuracy: scores as bars, confusions as tables, errors with gold and output side by side.

const data = JSON.parse(byId("data").textContent);
const articlesById = new Map(data.articles.map((article) => [article.id, article]));
const rate = (value) => (value === null || value === undefined ? "–" : (100 * value).toFixed(1));

/** The scores of a report as groups of rows; every run has the same groups, maybe with other rows. */
function groupsOf({ report }) {
  const { entities, coreference, times, quantities, events, relations, quotes } = report;
  const inner = (counts) => Object.entries(counts ?? {});
  const groups = [
    ["Entities", entities.articles, [["PER+ORG+LOC", entities.per_org_loc], ["all labels", entities.all], ["span alone", entities.spans], ...inner(entities.labels)]],
    ["Coreference", coreference.articles, [["pairs", coreference.pairs], ["MUC", coreference.muc], ["B³", coreference.b3], ["CEAFe", coreference.ceafe]]],
    ["Times", times.articles, [["strict span", times.strict], ["overlapping span", times.overlap], ["value", times.value], ["strict span and value", times.strict_value], ["value accuracy", times.value_accuracy]]],
    ["Quantities", quantities.articles, [["all types", quantities.all], ...inner(quantities.types), ["value accuracy", quantities.value_accuracy], ["unit accuracy", quantities.unit_accuracy]]],
    ["Events", events.articles, [["triggers", events.triggers], ["triggers, any type", events.identified], ["arguments", events.arguments], ["arguments of matched", events.arguments_of_matched],
      ["time", events.time], ["place", events.place], ["polarity", events.polarity], ["modality", events.modality]]],
    ["Event types", events.articles, inner(events.types)],
    ["Roles", events.articles, inner(events.roles)],
    ["Relations", relations.articles, [["all types", relations.all], ...inner(relations.types)]],
    ["Quotations", quotes.articles, [["found", quotes.found], ["speaker", quotes.speaker], ["quote and speaker", quotes.quote_and_speaker]]],
  ];
  return new Map(groups.filter(([, articles]) => articles > 0).map(([name, , rows]) => [name, new Map(rows.filter(([, row]) => row))]));
}

function mainRate(row) {
  return row?.f1 ?? row?.accuracy ?? null;
}

function drawScores(view) {
  const runs = data.runs.map(groupsOf);
  const [first, second] = runs;
  for (const [name, rows] of first) {
    const names = [...new Set([...rows.keys(), ...(second?.get(name)?.keys() ?? [])])];
    const head = ["", "F1 or accuracy", "", "P", "R", "right", "found", "gold", ...(second ? ["other", "change"] : [])];
    view.append(el("h2", {}, name), el("div", { class: "scroll" }, el("table", { class: "score-table" },
      el("thead", {}, el("tr", {}, head.map((title, at) => el("th", { scope: "col", class: at > 1 ? "n" : "" }, title)))),
      el("tbody", {}, names.map((label) => scoreRow(label, rows.get(label), second && (second.get(name)?.get(label) ?? {})))))));
  }
}

function scoreRow(label, row = {}, other) {
  const value = mainRate(row);
  const change = other && value !== null && mainRate(other) !== null ? 100 * (mainRate(other) - value) : null;
  const bar = el("span", { class: "track", role: "img", "aria-label": `${label}: ${rate(value)}` }, el("span", { class: "fill", style: { width: `${100 * (value ?? 0)}%`, background: label in LAYERS ? `var(--${label})` : "var(--accent)" } }),
    other && el("span", { class: "tick-mark", style: { left: `${100 * (mainRate(other) ?? 0)}%` } }));
  const count = (n) => (n === undefined ? "" : number(n));
  return el("tr", {}, el("th", { scope: "row" }, label), el("td", { class: "bar-cell" }, bar), el("td", { class: "n" }, rate(value)),
    el("td", { class: "n" }, row.precision === undefined ? "" : rate(row.precision)), el("td", { class: "n" }, row.recall === undefined ? "" : rate(row.recall)),
    [row.right, row.found, row.gold ?? row.of].map((n) => el("td", { class: "n" }, count(n))),
    other && [el("td", { class: "n" }, rate(mainRate(other))), el("td", { class: `n ${change > 0.05 ? "up" : change < -0.05 ? "down" : ""}` }, change === null ? "" : `${change > 0 ? "+" : ""}${change.toFixed(1)}`)]);
}

function number(value) {
  return value.toLocaleString("en");
}

/** A table of gold labels (rows) against found labels (columns); rows of right ones only say little and come last. */
function drawConfusions(view) {
  data.runs.forEach((run) => {
    if (data.runs.length > 1) view.append(el("h2", {}, run.name));
    for (const { layer, cells } of run.confusions) if (cells.length) view.append(el("h3", {}, layer), confusionTable(cells));
  });
  view.append(el("p", { class: "faint" }, "Rows are gold, columns what was found there; “nothing” is missed or false. Marks are paired one to one where they overlap."));
}

function confusionTable(cells) {
  const name = (label) => label || "nothing";
  const total = (at) => {
    const sums = new Map();
    for (const cell of cells) sums.set(cell[at], (sums.get(cell[at]) ?? 0) + cell[2]);
    return sums;
  };
  const sums = [total(0), total(1)];
  const weight = (label) => (label ? (sums[0].get(label) ?? 0) + (sums[1].get(label) ?? 0) : -1);
  const labels = [...new Set(cells.flatMap(([gold, found]) => [gold, found]))].sort((a, b) => weight(b) - weight(a));
  const at = new Map(cells.map(([gold, found, count]) => [`${gold}\n${found}`, count]));
  return el("div", { class: "scroll" }, el("table", { class: "confusion" },
    el("thead", {}, el("tr", {}, el("th", {}, "gold ↓ found →"), labels.map((label) => el("th", { scope: "col", class: "n" }, el("span", {}, name(label)))))),
    el("tbody", {}, labels.map((gold) => el("tr", {}, el("th", { scope: "row" }, name(gold)), labels.map((found) => {
      const count = at.get(`${gold}\n${found}`);
      const share = count ? count / (sums[0].get(gold) || 1) : 0;
      return el("td", { class: `n ${count ? (gold === found ? "right" : "wrong") : ""}`, style: { "--share": `${Math.round(12 + 68 * Math.sqrt(share))}%` } }, count ? number(count) : "");
    }))))));
}

const chosen = { layer: "", kind: "", label: "", change: "", words: "" };

/** Every error once, with the runs that make it. */
function allErrors() {
  const all = new Map();
  data.runs.forEach(({ report, places }, run) => (report.errors ?? []).forEach((error, i) => {
    const key = [error.layer, error.kind, error.label, error.article, places[i], error.note].join("\n");
    const known = all.get(key) ?? { ...error, place: places[i], runs: new Set() };
    known.runs.add(run);
    all.set(key, known);
  }));
  const change = ({ runs }) => (data.runs.length < 2 || runs.size === 2 ? "both" : runs.has(0) ? "fixed" : "new");
  return [...all.values()].map((error) => ({ ...error, change: change(error) }));
}

const errors = allErrors();

function drawErrors(view) {
  const list = el("div", {});
  const draw = () => {
    const words = chosen.words.toLowerCase();
    const shown = errors.filter((error) => ["layer", "kind", "label", "change"].every((key) => !chosen[key] || error[key] === chosen[key])
      && (!words || `${error.article} ${error.context} ${error.note} ${error.label}`.toLowerCase().includes(words)));
    list.replaceChildren(el("h2", {}, `${number(shown.length)} of ${number(errors.length)} errors`));
    lazily(list, shown, errorCard, 30);
  };
  const choice = (key, name) => {
    const values = [...new Set(errors.map((error) => error[key]))].filter(Boolean).sort();
    const control = el("select", { id: `choose-${key}` }, el("option", { value: "" }, "all"), values.map((value) => el("option", { value, selected: chosen[key] === value }, value)));
    control.addEventListener("change", () => {
      chosen[key] = control.value;
      draw();
    });
    return el("p", { class: "field" }, el("label", { for: `choose-${key}` }, name), control);
  };
  const search = el("input", { type: "search", id: "choose-words", value: chosen.words });
  search.addEventListener("input", settled(() => {
    chosen.words = search.value;
    draw();
  }, 150));
  view.append(el("form", { class: "row choices", role: "search", "aria-label": "Choose errors", onsubmit: (event) => event.preventDefault() }, choice("layer", "Layer"), choice("kind", "Kind"), choice("label", "Label"),
    data.runs.length > 1 && choice("change", "In the other run"), el("p", { class: "field" }, el("label", { for: "choose-words" }, "Search"), search)), list);
  draw();
  tips(list);
}

/** The surroundings of an error as gold has them and as each run has them. */
function errorCard(error) {
  const article = articlesById.get(error.article);
  const sides = [["gold", article?.gold], ...data.runs.map(({ name }, run) => [data.runs.length > 1 ? name : "output", article?.found[run]])];
  return el("article", { class: "error-card", "aria-label": `${error.layer} ${error.kind} ${error.label}` },
    el("header", {}, el("b", {}, `${error.layer}: ${error.label}`), el("span", { class: `badge ${error.kind}` }, error.kind), data.runs.length > 1 && el("span", { class: "badge" }, error.change), el("span", { class: "faint" }, error.article)),
    error.note && el("p", { class: "faint" }, error.note),
    article && error.place[0] < error.place[1]
      ? el("div", { class: "sides" }, sides.map(([name, annotation]) => el("div", {}, el("h4", {}, name), excerpt(article.text, annotation, error))))
      : el("p", { class: "text" }, error.context));
}

const AROUND = 140;
const LAYER_MARKS = {
  entities: ["PER", "ORG", "LOC", "ROL", "LAW", "WORK", "NEV"], times: ["TIME"], values: ["TIME", "QTY"], quantities: ["QTY"], quotes: ["QUOTE"], speakers: ["QUOTE", "PER"],
};

function excerpt(text, annotation, error) {
  if (!annotation) return el("p", { class: "nothing" }, "This article is not in the output.");
  const inBytes = positions(text, "bytes");
  const [start, end] = error.place.map(inBytes);
  const from = cutAt(text, Math.max(0, start - AROUND), 1);
  const to = cutAt(text, Math.min(text.length, end + AROUND), -1);
  const position = positions(text, annotation.offsets);
  const layers = LAYER_MARKS[error.layer];
  const marks = marksOf(annotation).filter((mark) => !layers || layers.includes(mark.layer))
    .map((mark) => ({ ...mark, start: Math.max(from, position(mark.start)) - from, end: Math.min(to, position(mark.end)) - from }))
    .filter((mark) => mark.start < mark.end);
  const spot = { start: start - from, end: end - from, layer: "SPOT", id: "", what: "here:", value: `${error.kind} ${error.label}` };
  const body = el("p", { class: "text", lang: "id" }, from > 0 && "… ", drawPieces(pieces(text.slice(from, to), [...marks, spot], (at) => at)), to < text.length && " …");
  for (const node of body.querySelectorAll("mark")) {
    if (node.marks.includes(spot)) node.classList.add("differs");
    node.marks = node.marks.filter((mark) => mark !== spot);
    if (!node.marks.length) node.removeAttribute("role");
    else node.setAttribute("tabindex", "0");
  }
  return body;
}

/** The nearest gap between words from `at` on, so that no word is cut. */
function cutAt(text, at, step) {
  for (let i = at; i > 0 && i < text.length && Math.abs(i - at) < 30; i += step) if (/\s/.test(text[i])) return i;
  return at;
}

const PAGES = { scores: ["Scores", drawScores], confusions: ["Confusions", drawConfusions], errors: ["Errors", drawErrors] };

function showPage(id) {
  hideTip();
  history.replaceState(null, "", `#${id}`);
  for (const [other, [, draw]] of Object.entries(PAGES)) {
    const panel = byId(`view-${other}`);
    const open = other === id;
    byId(`tab-${other}`).setAttribute("aria-selected", String(open));
    byId(`tab-${other}`).setAttribute("tabindex", open ? "0" : "-1");
    panel.hidden = !open;
    panel.replaceChildren();
    if (open) draw(panel);
  }
}

schemeSwitch();
byId("summary").textContent = `${number(data.articles.length)} articles · ${data.runs.map(({ name }) => name).join(" against ")}`;
for (const [id, [name]] of Object.entries(PAGES)) {
  byId("tabs").append(el("button", { type: "button", role: "tab", id: `tab-${id}`, "aria-controls": `view-${id}`, onclick: () => showPage(id) }, name));
  byId("views").append(el("section", { id: `view-${id}`, role: "tabpanel", "aria-labelledby": `tab-${id}`, hidden: true }));
}
roving(byId("tabs"), '[role="tab"]');
showPage(location.hash.slice(1) in PAGES ? location.hash.slice(1) : "scores");
