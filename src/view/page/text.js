// From the offsets of an annotation to pieces of text with what covers them.

/** A function from the annotation's offsets (characters or bytes) to positions in a JavaScript string. */
function positions(text, unit) {
  const bytes = unit === "bytes";
  // A string whose every unit counts once needs no table.
  if (bytes ? /^[\0-\x7f]*$/.test(text) : !/[\ud800-\udbff]/.test(text)) return (offset) => Math.min(offset, text.length);
  const table = [];
  let at = 0;
  for (const letter of text) {
    const code = letter.codePointAt(0);
    const width = !bytes ? 1 : code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (let i = 0; i < width; i++) table.push(at);
    at += letter.length;
  }
  table.push(at);
  return (offset) => table[Math.min(offset, table.length - 1)];
}

/** Everything that covers a piece of the text: where, which layer, what to say about it. */
function marksOf(article) {
  const marks = [];
  const add = (span, layer, about) => marks.push({ start: span.start, end: span.end, layer, ...about });
  for (const entity of article.entities ?? []) {
    for (const mention of entity.mentions) {
      add(mention, entity.label, { id: entity.id, what: LAYERS[entity.label], value: entity.name, score: mention.score, by: mention.found_by });
    }
  }
  for (const time of article.times ?? []) {
    const value = [time.value, time.mod, time.quant, time.freq].filter(Boolean).join(" ");
    add(time, "TIME", { id: time.id, what: `time, ${time.type}`, value, range: rangeOf(time.interval), by: time.found_by });
  }
  for (const quantity of article.quantities ?? []) {
    const value = `${quantity.value.toLocaleString("en")} ${quantity.unit ?? ""}`.trim();
    add(quantity, "QTY", { id: quantity.id, what: `quantity, ${quantity.type}`, value, by: quantity.found_by });
  }
  for (const event of article.events ?? []) {
    for (const trigger of event.triggers) {
      add(trigger, "EVENT", { id: event.id, what: "event", value: event.type, stance: stanceOf(event), score: event.score, by: event.found_by });
    }
    for (const argument of [...(event.arguments ?? []), ...(event.place ? [{ role: "place", ...event.place }] : [])]) {
      if (argument.text) add(argument, "PHRASE", { id: event.id, what: `${argument.role} of`, value: event.type, by: argument.found_by });
    }
  }
  (article.quotes ?? []).forEach((quote, number) => {
    const speaker = quote.speaker ? nameOf(article, quote.speaker) : "speaker not known";
    add(quote, "QUOTE", { id: `quote ${number + 1}`, what: "said by", value: speaker, by: quote.found_by });
  });
  return marks;
}

const LAYERS = {
  PER: "person", ORG: "organisation", LOC: "place", ROL: "role", LAW: "law", WORK: "work", NEV: "named event",
  TIME: "time", QTY: "quantity", EVENT: "event", QUOTE: "quotation", PHRASE: "phrase",
};

function rangeOf(interval) {
  if (!interval) return "";
  const { from, to } = interval;
  if (from === to) return from ?? "";
  return `${from ?? "…"} to ${to ?? "…"}`;
}

function stanceOf(event) {
  const parts = [];
  if (event.polarity === "negative") parts.push("did not happen");
  if (event.modality !== "asserted") parts.push(event.modality);
  return parts.join(", ");
}

/** What a reference of an article stands for, in words. */
function nameOf(article, ref) {
  const find = (list) => (list ?? []).find((item) => item.id === ref);
  if (ref?.startsWith("e")) return find(article.entities)?.name ?? ref;
  if (ref?.startsWith("t")) return find(article.times)?.text ?? ref;
  return find(article.quantities)?.text ?? ref ?? "";
}

/**
 * Cuts the text where any mark begins or ends. Each piece has its marks, the innermost first: marks may nest
 * and overlap as they like.
 */
function pieces(text, marks, position) {
  const placed = marks
    .map((mark) => ({ mark, start: position(mark.start), end: position(mark.end) }))
    .filter(({ start, end }) => start < end)
    .sort((a, b) => a.start - b.start || b.end - a.end);
  const cuts = [...new Set([0, text.length, ...placed.flatMap(({ start, end }) => [start, end])])].sort((a, b) => a - b);
  const out = [];
  let next = 0;
  let open = [];
  for (let i = 0; i + 1 < cuts.length; i++) {
    const [from, to] = [cuts[i], cuts[i + 1]];
    open = open.filter(({ end }) => end > from);
    while (next < placed.length && placed[next].start === from) open.push(placed[next++]);
    const inner = [...open].sort((a, b) => a.end - a.start - (b.end - b.start));
    out.push({
      text: text.slice(from, to),
      marks: inner.map(({ mark }) => mark),
      begins: open.some(({ start }) => start === from),
      first: inner.filter(({ start }) => start === from).map(({ mark }) => mark),
      last: inner.filter(({ end }) => end === to).map(({ mark }) => mark),
    });
  }
  return out;
}

/** The pieces as elements; the innermost mark that has a colour gives it, those around it draw lines. */
function drawPieces(cut) {
  return cut.map((piece) => {
    if (!piece.marks.length) return piece.text;
    const coloured = piece.marks.filter((mark) => !["EVENT", "QUOTE", "PHRASE", "SPOT"].includes(mark.layer));
    const [inner, outer] = coloured;
    const classes = ["m"];
    if (inner) classes.push("c", `c-${inner.layer}`);
    if (outer) classes.push("under", `u-${outer.layer}`);
    if (inner && piece.first.includes(inner)) classes.push("left");
    if (inner && piece.last.includes(inner)) classes.push("right");
    for (const layer of ["EVENT", "QUOTE", "PHRASE"]) {
      if (piece.marks.some((mark) => mark.layer === layer)) classes.push(`is-${layer}`);
    }
    const stop = piece.begins ? { tabindex: "-1", role: "button" } : {};
    const node = el("mark", { class: classes.join(" "), ...stop }, piece.text);
    node.marks = piece.marks;
    return node;
  });
}

/** What the tooltip says about the marks of a piece. */
function tipOf(marks) {
  return marks.map((mark) =>
    el("div", { class: "tip-item" },
      el("p", {}, el("span", { class: `dot c-${mark.layer}` }), el("b", {}, mark.id), ` ${mark.what} `, el("b", {}, mark.value)),
      mark.range && mark.range !== mark.value && el("p", {}, mark.range),
      mark.stance && el("p", {}, mark.stance),
      mark.note && el("p", {}, mark.note),
      (mark.score !== undefined || mark.by) && el("p", { class: "faint" },
        mark.score !== undefined ? `score ${mark.score.toFixed(2)}` : "", mark.score !== undefined && mark.by ? " · " : "",
        mark.by ? `found by ${mark.by}` : ""),
    ));
}

/** Shows the tooltip for the marks under the pointer or the focus inside `container`. */
function tips(container) {
  const tip = byId("tip");
  const show = (node) => {
    tip.replaceChildren(...tipOf(node.marks));
    tip.hidden = false;
    node.setAttribute("aria-describedby", "tip");
    if (matchMedia("(max-width: 40rem)").matches) {
      tip.style.removeProperty("left");
      tip.style.removeProperty("top");
      return;
    }
    const box = node.getClientRects()[0] ?? node.getBoundingClientRect();
    const left = Math.min(box.left, innerWidth - tip.offsetWidth - 12);
    const below = box.bottom + 8;
    const top = below + tip.offsetHeight > innerHeight ? box.top - tip.offsetHeight - 8 : below;
    tip.style.setProperty("left", `${Math.max(8, left)}px`);
    tip.style.setProperty("top", `${Math.max(8, top)}px`);
  };
  const over = (event) => {
    const node = event.target.closest?.("mark");
    if (node?.marks) show(node);
  };
  container.addEventListener("pointerover", over);
  container.addEventListener("focusin", over);
  container.addEventListener("pointerout", hideTip);
  container.addEventListener("focusout", hideTip);
}

function hideTip() {
  byId("tip").hidden = true;
}
