// The panel of filters: search, entity, type, stance, date, score.

function drawPanel() {
  const form = byId("filter-form");
  const types = tally(model.events.map(({ event }) => event.type));
  const names = [...model.entities.values()].sort((a, b) => b.count - a.count).slice(0, 1000);
  const field = (id, name, control) => el("p", { class: "field" }, el("label", { for: id }, name), control);
  const apply = () => redraw();
  const bind = (control, key, event = "input", read = (node) => node.value) => {
    control.addEventListener(event, settled(() => {
      filters[key] = read(control);
      apply();
    }, event === "input" ? 150 : 0));
    return control;
  };
  const entity = el("input", { id: "f-entity", type: "search", list: "f-names", value: entityText(), autocomplete: "off", placeholder: "any" });
  entity.addEventListener("change", () => setEntity(entityKey(entity.value)));
  const score = bind(el("input", { id: "f-score", type: "range", min: 0, max: 1, step: 0.05, value: filters.score }), "score", "input", (node) => Number(node.value));
  const scoreText = el("output", { for: "f-score" }, filters.score.toFixed(2));
  score.addEventListener("input", () => { scoreText.textContent = Number(score.value).toFixed(2); });
  form.replaceChildren(
    field("f-search", "Search", bind(el("input", { id: "f-search", type: "search", value: filters.search, placeholder: "text, title, name" }), "search")),
    field("f-entity", "Entity", entity),
    el("datalist", { id: "f-names" }, names.map((e) => el("option", { value: `${e.name} (${e.label})` }))),
    el("div", { class: "pair" }, field("f-from", "From", bind(el("input", { id: "f-from", type: "date", value: filters.from }), "from", "change")),
      field("f-to", "To", bind(el("input", { id: "f-to", type: "date", value: filters.to }), "to", "change"))),
    field("f-score", "Score at least", el("span", { class: "row" }, score, scoreText)),
    field("f-stance", "Stance", bind(el("select", { id: "f-stance" }, ["any", "asserted", "planned", "alleged", "possible", "negative"].map((name) => el("option", { selected: filters.stance === name }, name))), "stance", "change")),
    el("fieldset", { class: "types" }, el("legend", {}, "Event types"), types.map(([type, count]) => {
      const box = el("input", { type: "checkbox", value: type, checked: filters.types.has(type) });
      box.addEventListener("change", () => toggleType(type));
      return el("label", { style: { "--hue": hueOf(type) } }, box, el("span", { class: "pip" }), el("span", { class: "key" }, type), el("span", { class: "count" }, number(count)));
    })),
    button("Clear the filters", clearFilters, { class: "quiet", id: "f-clear" }),
  );
  form.onsubmit = (event) => event.preventDefault();
}

function entityText() {
  const entity = model.entities.get(filters.entity);
  return entity ? `${entity.name} (${entity.label})` : "";
}

/** The entity that a reader typed or chose: with its label, or the most mentioned of that name. */
function entityKey(text) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return "";
  const all = [...model.entities.values()].sort((a, b) => b.count - a.count);
  const names = (e) => e.name.toLowerCase();
  const hit = all.find((e) => `${names(e)} (${e.label.toLowerCase()})` === wanted) ?? all.find((e) => names(e) === wanted) ?? all.find((e) => names(e).includes(wanted));
  return hit?.key ?? "";
}

function setEntity(key) {
  filters.entity = key;
  const field = byId("f-entity");
  if (field) field.value = entityText();
  redraw();
}

function toggleType(type) {
  filters.types[filters.types.has(type) ? "delete" : "add"](type);
  for (const box of byId("filter-form").querySelectorAll(".types input")) box.checked = filters.types.has(box.value);
  redraw();
}

function clearFilters() {
  Object.assign(filters, { search: "", entity: "", from: "", to: "", score: 0, stance: "any" });
  filters.types.clear();
  drawPanel();
  redraw();
}
