// Counts by type as small charts; a row of events or entities sets the filter.

function drawCounts(view, { articles, events }) {
  const entities = articles.flatMap(({ article }) => (article.entities ?? []).filter((e) => e.mentions.some((m) => scored(m.score))));
  const keys = new Map();
  for (const { article, keys: own } of articles) {
    for (const entity of article.entities ?? []) keys.set(own.get(entity.id), (keys.get(own.get(entity.id)) ?? 0) + entity.mentions.length);
  }
  const named = [...keys].filter(([key]) => /^(PER|ORG|LOC) /.test(key)).sort((a, b) => b[1] - a[1]).slice(0, 20);
  view.append(el("h2", {}, "Counts"), el("div", { class: "charts" },
    chart("Events by type", tally(events.map(({ event }) => event.type)), {
      colour: (type) => `hsl(${hueOf(type)} 55% 50%)`, press: (type) => toggleType(type), pressed: (type) => filters.types.has(type),
    }),
    chart("Most mentioned", named, {
      name: (key) => model.entities.get(key).name, colour: (key) => `var(--${key.split(" ")[0]})`, press: (key) => setEntity(filters.entity === key ? "" : key), pressed: (key) => filters.entity === key,
    }),
    chart("Entities by label", tally(entities.map(({ label }) => label)), { name: (label) => LAYERS[label], colour: (label) => `var(--${label})` }),
    chart("Modality of events", tally(events.map(({ event }) => (event.polarity === "negative" ? "negative" : event.modality)))),
    chart("Roles", tally(events.flatMap(({ event }) => (event.arguments ?? []).map(({ role }) => role)))),
    chart("Relations", tally(articles.flatMap(({ article }) => (article.relations ?? []).filter((r) => scored(r.score)).map(({ type }) => type)))),
    chart("Times by type", tally(articles.flatMap(({ article }) => (article.times ?? []).map(({ type }) => type))), { colour: () => "var(--TIME)" }),
    chart("Quantities by type", tally(articles.flatMap(({ article }) => (article.quantities ?? []).map(({ type }) => type))), { colour: () => "var(--QTY)" })));
}

function chart(title, counts, { name = (key) => key, colour = () => "var(--accent)", press, pressed } = {}) {
  const most = Math.max(1, ...counts.map(([, count]) => count));
  const rows = counts.map(([key, count]) => {
    const cells = [el("span", { class: "key" }, name(key)), el("span", { class: "track" }, el("span", { class: "fill", style: { width: `${(100 * count) / most}%`, background: colour(key) } })), el("span", { class: "count" }, number(count))];
    const row = press ? el("button", { type: "button", class: "count-row", "aria-pressed": String(pressed(key)), onclick: () => press(key) }, cells) : el("div", { class: "count-row" }, cells);
    return el("li", {}, row);
  });
  return el("section", { class: "chart", "aria-label": title }, el("h3", {}, title), rows.length ? el("ul", {}, rows) : el("p", { class: "nothing" }, "None."));
}
