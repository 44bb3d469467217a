// The list of articles, and one article at a time: text with marks, event cards, relations, quotations.

let opened = 0;

/** Draws the list and the open article. Only the open one is ever turned into elements. */
function drawArticles(view, { articles }) {
  if (!articles.length) return void view.append(nothing());
  if (!articles.some(({ index }) => index === opened)) opened = articles[0].index;
  const many = model.articles.length > 1;
  if (many) view.append(articleList(articles));
  const pane = el("div", { id: "article", class: "article" });
  view.append(pane);
  view.classList.toggle("split", many);
  drawArticle(pane, model.articles[opened]);
}

function articleList(articles) {
  const list = el("div", { class: "list" });
  const nav = el("nav", { "aria-label": "Articles" }, el("h2", {}, `${number(articles.length)} articles`), list);
  const at = articles.findIndex(({ index }) => index === opened);
  lazily(list, articles, articleEntry, 100).until(at);
  roving(list, ".entry");
  const current = list.querySelector('[aria-current="true"]');
  if (current) {
    list.querySelectorAll('.entry[tabindex="0"]').forEach((node) => node.setAttribute("tabindex", "-1"));
    current.setAttribute("tabindex", "0");
    requestAnimationFrame(() => current.scrollIntoView?.({ block: "nearest" }));
  }
  return nav;
}

function articleEntry(record) {
  const { meta } = record.article;
  const about = [meta?.published, meta?.source, `${record.events.length} events`].filter(Boolean).join(" · ");
  return el("button", {
    type: "button", class: "entry", "data-index": record.index, tabindex: "-1", "aria-current": record.index === opened ? "true" : null, onclick: () => openArticle(record.index),
  }, el("span", { class: "title" }, titleOf(record)), el("span", { class: "faint" }, about));
}

function drawArticle(pane, record) {
  const { article } = record;
  const { meta = {}, reference_time: reference = {} } = article;
  const about = [article.id && `id ${article.id}`, meta.source, meta.published && `published ${meta.published}`,
    reference.value && reference.basis === "inferred" && `reference day ${reference.value}, inferred`,
    !reference.value && "no reference day: relative dates stay open"];
  const body = el("div", { class: "text", lang: "id", tabindex: "-1" });
  pane.replaceChildren(
    el("h2", {}, titleOf(record)),
    el("p", { class: "faint" }, about.filter(Boolean).join(" · ")),
    layerSwitches(() => drawText(body, article)),
    body,
    (article.warnings ?? []).length ? el("details", {}, el("summary", {}, `Warnings (${article.warnings.length})`), el("ul", {}, article.warnings.map((w) => el("li", {}, w)))) : "",
    ...linkedParts(record),
  );
  drawText(body, article);
  roving(body, 'mark[role="button"]');
  tips(body);
  body.addEventListener("click", (event) => {
    const node = event.target.closest("mark");
    if (node?.marks) follow(pane, node);
  });
  body.addEventListener("keydown", (event) => {
    const node = event.target.closest("mark");
    if (!node?.marks || !["Enter", " "].includes(event.key)) return;
    event.preventDefault();
    follow(pane, node);
  });
}

function drawText(body, article) {
  if (article.text === undefined) {
    body.replaceChildren(el("p", { class: "notice" }, "The text is not in this output, which holds offsets only. ",
      "Give the articles too (", el("code", {}, "peristiwa view OUTPUT.jsonl --articles ARTICLES.jsonl"), ") to see it here with its marks."));
    return;
  }
  const marks = marksOf(article).filter((mark) => !filters.hidden.has(mark.layer) && scored(mark.score));
  body.replaceChildren(...drawPieces(pieces(article.text, marks, positions(article.text, article.offsets))));
  body.querySelector('mark[role="button"]')?.setAttribute("tabindex", "0");
}

/** Shows all marks of one id, and its card. */
function light(pane, ids) {
  for (const node of pane.querySelectorAll("mark")) node.classList.toggle("lit", node.marks.some((mark) => ids.has(mark.id)));
  for (const card of pane.querySelectorAll(".card")) card.classList.toggle("lit", ids.has(card.dataset.event));
}

function follow(pane, node) {
  const ids = new Set(node.marks.filter((mark) => mark.layer !== "QUOTE").map((mark) => mark.id));
  light(pane, ids);
  const event = node.marks.find((mark) => mark.layer === "EVENT");
  if (event) pane.querySelector(`[data-event="${event.id}"]`)?.scrollIntoView({ block: "nearest", behavior: motion() });
}

function motion() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
}

/** Opens an article and goes to the mark of `id`, where one is given. */
function openArticle(index, id) {
  opened = index;
  show("articles");
  const pane = byId("article");
  if (!pane) return;
  if (!id) {
    pane.querySelector("h2").setAttribute("tabindex", "-1");
    pane.querySelector("h2").focus({ preventScroll: true });
    pane.scrollIntoView({ block: "nearest" });
    return;
  }
  light(pane, new Set([id]));
  const node = [...pane.querySelectorAll("mark")].find((mark) => mark.marks.some((m) => m.id === id));
  if (node) {
    node.setAttribute("tabindex", node.getAttribute("tabindex") ?? "-1");
    node.scrollIntoView({ block: "center", behavior: motion() });
    node.focus({ preventScroll: true });
  }
}

/** The legend, which also hides and shows the layers. */
function layerSwitches(redraw) {
  const layers = Object.entries(LAYERS).filter(([layer]) => layer !== "PHRASE");
  return el("fieldset", { class: "legend" }, el("legend", { class: "unseen" }, "Marks shown"),
    layers.map(([layer, name]) => {
      const control = el("input", { type: "checkbox", checked: !filters.hidden.has(layer) });
      control.addEventListener("change", () => {
        const change = control.checked ? "delete" : "add";
        filters.hidden[change](layer);
        if (layer === "EVENT") filters.hidden[change]("PHRASE");
        redraw();
      });
      const look = ["EVENT", "QUOTE"].includes(layer) ? `is-${layer}` : `c c-${layer} left right`;
      return el("label", {}, control, el("span", { class: `m ${look}` }, name));
    }));
}

/** What stands below the text: events, relations, quotations. */
function linkedParts(record) {
  const { article } = record;
  const parts = [];
  const events = record.events.filter(eventPasses);
  const rest = record.events.length - events.length;
  parts.push(el("h3", {}, `Events${rest ? ` (${rest} hidden by the filters)` : ""}`));
  parts.push(events.length ? el("div", { class: "cards" }, events.map((at) => eventCard(at, false))) : el("p", { class: "nothing" }, "No events."));
  const relations = (article.relations ?? []).filter((relation) => scored(relation.score));
  if (relations.length) {
    parts.push(el("h3", {}, "Relations"), el("ul", { class: "relations" }, relations.map((relation) => el("li", {
      title: [relation.score !== undefined && `score ${relation.score.toFixed(2)}`, relation.found_by && `found by ${relation.found_by}`].filter(Boolean).join(" · ") || null,
    }, filler(record, { ref: relation.from }), el("span", { class: "arrow" }, ` ${relation.type} → `), filler(record, { ref: relation.to })))));
  }
  const said = (article.quotes ?? []).filter(({ speaker }) => speaker);
  if (said.length && article.text !== undefined) {
    const at = positions(article.text, article.offsets);
    parts.push(el("h3", {}, "Quotations"), el("ul", { class: "quotes" }, said.map((quote) =>
      el("li", {}, filler(record, { ref: quote.speaker }), el("q", { lang: "id" }, article.text.slice(at(quote.start), at(quote.end)))))));
  }
  return parts;
}
