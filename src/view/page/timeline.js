// All dated events in order: bars of years, months or days to go into, and below them the events.

let zoom = "";

const GRAINS = { 0: 4, 4: 7, 7: 10 };
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function drawTimeline(view, { events }) {
  const dated = events.filter(({ from }) => from).sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  view.append(el("h2", {}, `${number(dated.length)} dated events`));
  if (!dated.length) return void view.append(nothing());
  // Where all lie in one year or month, begin there.
  const inside = () => dated.filter(({ from }) => from.startsWith(zoom));
  if (!inside().length) zoom = "";
  const holder = el("div", {});
  view.append(holder);
  const draw = (focus) => {
    const now = inside();
    holder.replaceChildren(trail(draw), bars(now, draw), dayList(now));
    if (focus) holder.querySelector(".bar")?.focus();
  };
  draw(false);
}

/** Where one is: all years, a year, a month, each a way back. */
function trail(draw) {
  const steps = [["all", ""]];
  if (zoom.length >= 4) steps.push([zoom.slice(0, 4), zoom.slice(0, 4)]);
  if (zoom.length >= 7) steps.push([MONTHS[Number(zoom.slice(5, 7)) - 1], zoom.slice(0, 7)]);
  if (zoom.length >= 10) steps.push([zoom.slice(8), zoom]);
  return el("nav", { class: "trail", "aria-label": "Period" }, steps.map(([name, to], at) => button(name, () => {
    zoom = to;
    draw(true);
  }, { class: "link", "aria-current": at === steps.length - 1 ? "true" : null })));
}

function bars(events, draw) {
  const width = GRAINS[zoom.length];
  if (!width) return el("span", {});
  const counts = new Map(tally(events.map(({ from }) => from.slice(0, width))));
  const most = Math.max(...counts.values());
  const bins = binsBetween([...counts.keys()].sort(), width);
  const chart = el("div", { class: "bars", role: "group", "aria-label": `Events by ${{ 4: "year", 7: "month", 10: "day" }[width]}` },
    bins.map((bin) => {
      const count = counts.get(bin) ?? 0;
      const short = width === 4 ? bin : width === 7 ? MONTHS[Number(bin.slice(5)) - 1] : bin.slice(8);
      return el("button", {
        type: "button", class: "bar", tabindex: "-1", disabled: count === 0, "data-bin": bin, "aria-label": `${bin}: ${number(count)} events`, title: `${bin}: ${number(count)} events`,
        onclick: () => {
          zoom = bin;
          draw(true);
        },
      }, el("span", { class: "count" }, count ? number(count) : ""), el("span", { class: "fill", style: { height: `${count ? Math.max(3, (100 * count) / most) : 0}px` } }), el("span", { class: "tick" }, short));
    }));
  roving(chart, ".bar:not(:disabled)");
  return chart;
}

/** All years, months or days between the first and the last, as long as that is a readable number. */
function binsBetween(sorted, width) {
  const last = sorted[sorted.length - 1];
  const out = [];
  for (let bin = sorted[0]; bin <= last && out.length <= 62; bin = nextBin(bin, width)) out.push(bin);
  return out.length <= 62 ? out : sorted;
}

function nextBin(bin, width) {
  if (width === 4) return String(Number(bin) + 1).padStart(4, "0");
  const [year, month, day = 1] = bin.split("-").map(Number);
  const next = new Date(Date.UTC(year, month - 1 + (width === 7 ? 1 : 0), day + (width === 10 ? 1 : 0)));
  return Number.isNaN(next.getTime()) ? "~" : next.toISOString().slice(0, width);
}

function dayList(events) {
  const list = el("ol", { class: "days" });
  const groups = [];
  for (const at of events) {
    const when = whenOf(at);
    if (groups.at(-1)?.when !== when) groups.push({ when, events: [] });
    groups.at(-1).events.push(at);
  }
  lazily(list, groups, ({ when, events: own }) => el("li", {}, el("h3", { class: "when" }, when), own.map(eventLine)), 60);
  return list;
}

/** An event in one line: type, trigger, who. */
function eventLine(at) {
  const { event, record } = at;
  const who = (event.arguments ?? []).slice(0, 3).map((part) => part.text ?? nameOf(record.article, part.ref)).join(", ");
  const stance = stanceOf(event);
  return el("p", { class: "line", style: { "--hue": hueOf(event.type) } }, el("span", { class: "pip" }),
    button(event.type, () => openArticle(record.index, event.id), { class: "link" }),
    ` ${event.triggers[0]?.text ?? ""}${who ? ` (${who})` : ""}`, stance && el("span", { class: "badge" }, stance));
}
