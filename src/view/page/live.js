// The box of the served page: what is typed or pasted is annotated by the server and shown like a report.

function live() {
  byId("live").hidden = false;
  const form = byId("live-form");
  const text = byId("live-text");
  const published = byId("live-published");
  const status = byId("live-status");
  let running = null;
  const annotate = async () => {
    running?.abort();
    if (!text.value.trim()) {
      status.textContent = "";
      return showAnnotation(null);
    }
    running = new AbortController();
    const { signal } = running;
    const article = { text: text.value, ...(published.value ? { published: published.value } : {}) };
    status.textContent = "Annotating …";
    try {
      const response = await fetch("annotate?explain=true", {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(article), signal,
      });
      const answer = await response.json();
      if (!response.ok) throw new Error(answer.error?.message ?? `status ${response.status}`);
      status.textContent = "";
      showAnnotation({ ...answer, text: article.text });
    } catch (error) {
      if (error.name !== "AbortError") status.textContent = `Not annotated: ${error.message}`;
    }
  };
  const soon = settled(annotate, 500);
  text.addEventListener("input", soon);
  published.addEventListener("change", annotate);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    annotate();
  });
}

function showAnnotation(annotation) {
  load(annotation ? [annotation] : []);
  opened = 0;
  drawPanel();
  redraw();
}
