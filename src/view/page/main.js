// Views, the address of the page, and the start.

const VIEWS = {
  articles: ["Article", drawArticles], events: ["Events", drawEvents], timeline: ["Timeline", drawTimeline],
  graph: ["Links", drawGraph], counts: ["Counts", drawCounts],
};
let current = "articles";

function drawTabs() {
  const tabs = byId("tabs");
  const views = byId("views");
  for (const [id, [name]] of Object.entries(VIEWS)) {
    tabs.append(el("button", { type: "button", role: "tab", id: `tab-${id}`, "aria-controls": `view-${id}`, tabindex: "-1", onclick: () => show(id) },
      id === "articles" && model.articles.length > 1 ? "Articles" : name));
    views.append(el("section", { id: `view-${id}`, role: "tabpanel", "aria-labelledby": `tab-${id}`, hidden: true }));
  }
  roving(tabs, '[role="tab"]');
}

/** Shows a view; the address follows, so that the browser's way back works. */
function show(view) {
  const address = `#${view}${view === "articles" ? `/${opened}` : ""}`;
  if (location.hash !== address) history.pushState(null, "", address);
  current = view;
  redraw();
}

/** Draws the current view anew; the others wait until they are looked at. */
function redraw() {
  hideTip();
  const passed = passing();
  const all = `${number(passed.articles.length)} of ${number(model.articles.length)} articles, ${number(passed.events.length)} of ${number(model.events.length)} events`;
  byId("summary").textContent = model.articles.length ? all : "";
  for (const id of Object.keys(VIEWS)) {
    const tab = byId(`tab-${id}`);
    const panel = byId(`view-${id}`);
    const chosen = id === current;
    tab.setAttribute("aria-selected", String(chosen));
    if (!tab.matches(":focus")) tab.setAttribute("tabindex", chosen ? "0" : "-1");
    panel.hidden = !chosen;
    if (!chosen) panel.replaceChildren();
  }
  const panel = byId(`view-${current}`);
  const scrolled = panel.querySelector(".list")?.scrollTop;
  const key = focusKey(panel);
  const fresh = el("div", { class: "view" });
  panel.replaceChildren(fresh);
  VIEWS[current][1](fresh, passed);
  if (scrolled) panel.querySelector(".list")?.scrollTo(0, scrolled);
  if (key) panel.querySelector(key)?.focus({ preventScroll: true });
}

/** How to find the focused element again after the view is drawn anew. */
function focusKey(panel) {
  const node = document.activeElement;
  if (!node || !panel.contains(node)) return null;
  if (node.dataset.key) return `[data-key="${CSS.escape(node.dataset.key)}"]`;
  if (node.dataset.index) return `[data-index="${node.dataset.index}"]`;
  return node.id ? `#${CSS.escape(node.id)}` : null;
}

function followAddress() {
  const [view, index] = location.hash.slice(1).split("/");
  if (view in VIEWS) current = view;
  if (index && model.articles[Number(index)]) opened = Number(index);
  redraw();
}

function keys(event) {
  const typing = event.target.closest?.("input, textarea, select");
  if (event.key === "Escape") {
    hideTip();
    if (byId("article")) light(byId("article"), new Set());
  } else if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    byId("filters").open = true;
    byId("f-search").focus();
  }
}

function start() {
  const data = JSON.parse(byId("data").textContent);
  load(data.articles);
  schemeSwitch();
  byId("filters").open = matchMedia("(min-width: 60rem)").matches;
  drawTabs();
  drawPanel();
  if (data.live) live();
  followAddress();
  addEventListener("hashchange", followAddress);
  addEventListener("popstate", followAddress);
  addEventListener("keydown", keys);
}

start();
