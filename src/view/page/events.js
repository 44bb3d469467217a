// An event as a card, and the list of all events that pass the filters.

/** What fills a role: a button that leads to it, or the words. */
function filler(record, part) {
  if (!part.ref) return el("span", { class: "phrase" }, `“${part.text}”`);
  const name = nameOf(record.article, part.ref);
  const label = part.ref.startsWith("e") ? (record.article.entities ?? []).find((e) => e.id === part.ref)?.label : part.ref.startsWith("t") ? "TIME" : "QTY";
  return button(name, () => openArticle(record.index, part.ref), { class: `link name c-${label}`, title: `${part.ref}, show in the text` });
}

function whenOf({ event }) {
  const { from, to } = event.time ?? {};
  return from || to ? rangeOf({ from, to }) : "";
}

/** A card: type, trigger, stance, when and where, the roles. */
function eventCard(at, withTitle) {
  const { event, record } = at;
  const roles = [...(event.arguments ?? [])];
  if (event.place) roles.push({ role: "place", ...event.place });
  const when = whenOf(at);
  const stance = [["negative", event.polarity === "negative"], [event.modality, event.modality !== "asserted"]];
  const name = `${event.type}${when ? `, ${when}` : ""}`;
  return el("article", { class: "card", style: { "--hue": hueOf(event.type) }, "aria-label": name, "data-event": event.id },
    el("header", {},
      el("h3", {}, event.type),
      stance.filter(([, shown]) => shown).map(([word]) => el("span", { class: `badge ${word}` }, word)),
      when && el("span", { class: "when" }, when)),
    el("p", {}, button(event.triggers.map((t) => t.text).join(" … ") || "no trigger", () => openArticle(record.index, event.id), { class: "link trigger" })),
    roles.length ? el("dl", {}, roles.map((part) => el("div", {}, el("dt", {}, part.role), el("dd", {}, filler(record, part))))) : null,
    el("p", { class: "faint" }, [event.id, event.score !== undefined && `score ${event.score.toFixed(2)}`, event.found_by && `found by ${event.found_by}`].filter(Boolean).join(" · ")),
    withTitle && el("p", { class: "faint" }, button(titleOf(record), () => openArticle(record.index, event.id), { class: "link" })));
}

function drawEvents(view, { events }) {
  view.append(el("h2", {}, `${number(events.length)} events`));
  if (!events.length) return void view.append(nothing());
  const list = el("div", { class: "cards" });
  view.append(list);
  lazily(list, events, (at) => eventCard(at, true), 60);
}

function number(value) {
  return value.toLocaleString("en");
}

function nothing() {
  const none = model.articles.length === 0;
  return el("p", { class: "nothing" }, none ? "Nothing here yet." : "Nothing passes the filters.");
}
