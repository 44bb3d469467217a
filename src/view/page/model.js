// What the page knows: the articles, an index over them, the filters and what passes them.

const model = { articles: [], events: [], entities: new Map(), families: [] };

const filters = {
  search: "", types: new Set(), entity: "", from: "", to: "", score: 0, stance: "any", hidden: new Set(),
};

function keyOf(entity) {
  return `${entity.label} ${entity.name.toLowerCase()}`;
}

/** Builds the index: one record an event, one an entity over all articles. */
function load(articles) {
  Object.assign(model, { articles: [], events: [], entities: new Map() });
  articles.forEach((article, index) => {
    const record = { article, index, keys: new Map(), events: [], lower: null };
    for (const entity of article.entities ?? []) {
      const key = keyOf(entity);
      record.keys.set(entity.id, key);
      const known = model.entities.get(key) ?? { key, name: entity.name, label: entity.label, count: 0, articles: 0 };
      known.count += entity.mentions.length;
      known.articles += 1;
      model.entities.set(key, known);
    }
    for (const event of article.events ?? []) {
      const refs = [...(event.arguments ?? []), ...(event.place ? [event.place] : [])].map((part) => part.ref);
      const keys = new Set(refs.map((ref) => record.keys.get(ref)).filter(Boolean));
      const at = { event, record, keys, ...days(event.time) };
      record.events.push(at);
      model.events.push(at);
    }
    model.articles.push(record);
  });
  model.families = [...new Set(model.events.map(({ event }) => familyOf(event.type)))].sort();
}

function familyOf(type) {
  return type.split(".")[0];
}

/** A hue for a family of events, the same wherever it stands. */
function hueOf(type) {
  const at = model.families.indexOf(familyOf(type));
  return String(Math.round((Math.max(0, at) * 360) / Math.max(1, model.families.length) + 8) % 360);
}

/** First and last day of an event's time, from days, months or years. */
function days(time) {
  const from = time?.from ?? time?.to ?? "";
  const to = time?.to ?? time?.from ?? "";
  return { from: from && (from + "-01-01".slice(from.length - 4)).slice(0, 10), to: to && (to + "-12-31".slice(to.length - 4)).slice(0, 10) };
}

function scored(score) {
  return score === undefined || score >= filters.score;
}

function eventPasses({ event, keys, from, to }) {
  if (filters.types.size && !filters.types.has(event.type)) return false;
  if (!scored(event.score)) return false;
  if (filters.entity && !keys.has(filters.entity)) return false;
  if (filters.stance === "negative" ? event.polarity !== "negative" : filters.stance !== "any" && event.modality !== filters.stance) return false;
  if (filters.from && (!to || to < filters.from)) return false;
  if (filters.to && (!from || from > filters.to)) return false;
  return true;
}

function textOf(record) {
  const { article } = record;
  record.lower ??= [article.id, article.meta?.title, article.text, ...(article.entities ?? []).map((e) => e.name)].join("\n").toLowerCase();
  return record.lower;
}

/** The articles and events that pass all filters. */
function passing() {
  const words = filters.search.toLowerCase().trim();
  const ofEvents = filters.types.size || filters.from || filters.to || filters.stance !== "any";
  const articles = [];
  const events = [];
  for (const record of model.articles) {
    if (words && !textOf(record).includes(words)) continue;
    if (filters.entity && ![...record.keys.values()].includes(filters.entity)) continue;
    const own = record.events.filter(eventPasses);
    if (ofEvents && !own.length) continue;
    articles.push(record);
    events.push(...own);
  }
  return { articles, events };
}

function titleOf({ article }) {
  const line = (article.text ?? "").trim().split("\n")[0];
  const title = article.meta?.title ?? (line.length > 90 ? `${line.slice(0, 90).replace(/\S+$/, "")}…` : line);
  return title || article.id || "without a title";
}

/** How often each value occurs, the most frequent first. */
function tally(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}
