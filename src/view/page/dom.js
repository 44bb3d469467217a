// Elements, keyboard movement, the colour scheme. Text reaches the page as text nodes only.

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "style") for (const [key, part] of Object.entries(value)) node.style.setProperty(key, part);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function el(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function byId(id) {
  return document.getElementById(id);
}

function button(text, onclick, attributes = {}) {
  return el("button", { type: "button", onclick, ...attributes }, text);
}

/** One tab stop for many elements: arrow keys, Home and End move between them. */
function roving(container, selector) {
  const items = () => [...container.querySelectorAll(selector)];
  const first = container.querySelector(selector);
  if (first) first.setAttribute("tabindex", "0");
  container.addEventListener("focusin", (event) => {
    const item = event.target.closest(selector);
    if (!item || item.getAttribute("tabindex") === "0") return;
    for (const other of container.querySelectorAll(`${selector}[tabindex="0"]`)) other.setAttribute("tabindex", "-1");
    item.setAttribute("tabindex", "0");
  });
  container.addEventListener("keydown", (event) => {
    const item = event.target.closest(selector);
    if (!item || event.altKey || event.ctrlKey || event.metaKey) return;
    const all = items();
    const at = all.indexOf(item);
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    all[Math.max(0, Math.min(all.length - 1, to))]?.focus();
  });
}

/** Calls `run` once the calls have stopped for `wait` milliseconds. */
function settled(run, wait) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...given), wait);
  };
}

const SCHEMES = ["auto", "light", "dark"];

/** The switch between the system's scheme, light and dark; remembered where the browser allows it. */
function schemeSwitch() {
  const control = byId("theme");
  let scheme = "auto";
  try {
    scheme = localStorage.getItem("peristiwa-scheme") || "auto";
  } catch { /* pages from disk may have no storage */ }
  const apply = () => {
    if (!SCHEMES.includes(scheme)) scheme = "auto";
    document.documentElement.dataset.scheme = scheme;
    control.textContent = `Colours: ${scheme}`;
  };
  control.addEventListener("click", () => {
    scheme = SCHEMES[(SCHEMES.indexOf(scheme) + 1) % SCHEMES.length];
    try {
      localStorage.setItem("peristiwa-scheme", scheme);
    } catch { /* as above */ }
    apply();
  });
  apply();
}

/** A list of which a part is drawn at first and more on request. */
function lazily(container, items, draw, step) {
  let shown = 0;
  const more = el("button", { type: "button", class: "more" });
  const grow = () => {
    const next = items.slice(shown, shown + step);
    const firstNew = next.map(draw);
    shown += next.length;
    more.before(...firstNew);
    more.textContent = `Show more (${items.length - shown} left)`;
    more.hidden = shown >= items.length;
    return firstNew[0];
  };
  more.addEventListener("click", () => grow()?.querySelector?.("button, a")?.focus());
  container.append(more);
  grow();
  return { until(index) { while (shown <= index && shown < items.length) grow(); } };
}
