// The report: marks, filters, timeline, graph, keyboard, widths, texts that try to be markup.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, test } from "node:test";
import { closeBrowser, inFolder, openBrowser, peristiwa, project, sample, withPage } from "./setup.mjs";

before(openBrowser);
after(closeBrowser);

/** Makes the report of articles and opens it. */
async function report(articles, options, run) {
  await inFolder(async (folder) => {
    const [input, output] = [join(folder, "in.jsonl"), join(folder, "report.html")];
    writeFileSync(input, articles.map((article) => `${JSON.stringify(article)}\n`).join(""));
    peristiwa("view", input, "-o", output);
    await withPage(options, async (page) => {
      await page.goto(pathToFileURL(output).href);
      await run(page);
    });
  });
}

const shown = async (page) => (await page.locator("#summary").textContent()).split(" of ")[0];

test("marks say what they are, to the pointer and to the keyboard", () => report(sample(), {}, async (page) => {
  const text = page.locator(".text");
  assert.equal(await text.textContent(), sample()[0].text);
  const mark = text.locator("mark", { hasText: "Wiratmo Sujarwadi" }).first();
  await mark.hover();
  const tip = page.locator("#tip");
  assert.match(await tip.textContent(), /e\d+ person Wiratmo Sujarwadi.*score \d\.\d\d · found by/);
  await page.mouse.move(2, 2);
  assert.ok(await tip.isHidden());
  await text.locator('mark[tabindex="0"]').focus();
  const first = await tip.textContent();
  await page.keyboard.press("ArrowRight");
  assert.notEqual(await tip.textContent(), first);
  await page.keyboard.press("End");
  assert.match(await tip.textContent(), /e\d+ \w+ AS/);
  await page.keyboard.press("Enter");
  assert.equal(await text.locator("mark.lit").count(), 4);
  await page.keyboard.press("Escape");
  assert.ok(await tip.isHidden());
  assert.equal(await text.locator("mark.lit").count(), 0);
}));

test("marks stand where they belong behind letters of any width", () => {
  const text = "😀😀 e\u0301 “Budi Santoso” 𝒳 dilantik sebagai Bupati Sleman di Jakarta, Selasa (13/8).";
  return inFolder(async (folder) => {
    const [input, output, page] = ["in.jsonl", "out.jsonl", "page.html"].map((name) => join(folder, name));
    writeFileSync(input, `${JSON.stringify({ id: "a", text, published: "2024-08-14" })}\n`);
    for (const unit of ["chars", "bytes"]) {
      peristiwa("annotate", input, "--offsets", unit, "-o", output);
      peristiwa("view", output, "--articles", input, "-o", page);
      await withPage({}, async (tab) => {
        await tab.goto(pathToFileURL(page).href);
        const marks = await tab.locator(".text mark").allTextContents();
        for (const wanted of ["Budi Santoso", "dilantik", "Jakarta", "Selasa (13/8)"]) assert.ok(marks.includes(wanted), `${unit}: ${wanted} in ${marks}`);
      });
    }
  });
});

test("filters by search, type, entity, date and score", () => report(sample(), {}, async (page) => {
  await page.getByLabel("Search", { exact: true }).fill("gempa");
  await page.waitForFunction(() => document.querySelector("#summary").textContent.startsWith("1 of"));
  await page.getByRole("button", { name: "Clear the filters" }).click();
  assert.equal(await shown(page), "12");

  await page.getByRole("checkbox", { name: /^personnel\.end/ }).check();
  await page.getByRole("tab", { name: "Events" }).click();
  const types = await page.locator(".card h3").allTextContents();
  assert.ok(types.length > 0 && types.every((type) => type === "personnel.end"), String(types));
  await page.getByRole("checkbox", { name: /^personnel\.end/ }).uncheck();

  await page.getByLabel("Entity").fill("hendro pra");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("#summary").textContent.startsWith("1 of"));
  assert.match(await page.getByLabel("Entity").inputValue(), /^Hendro Prasetyaji.* \(PER\)$/);
  await page.getByRole("button", { name: "Clear the filters" }).click();

  const all = await page.locator("#summary").textContent();
  await page.getByLabel("From").fill("2024-11-01");
  await page.getByLabel("To", { exact: true }).fill("2024-11-30");
  await page.waitForFunction((before) => document.querySelector("#summary").textContent !== before, all);
  const days = await page.locator(".card .when").allTextContents();
  // Whatever touches the month counts: quarters and half-years around it too.
  const touches = (day) => {
    const [from, to = from] = day.split(" to ");
    return from <= "2024-11-30" && `${to}~` >= "2024-11-01";
  };
  assert.ok(days.includes("2024-11-18") && days.every(touches), String(days));
  await page.getByRole("button", { name: "Clear the filters" }).click();

  await page.getByLabel("Score at least").fill("0.95");
  await page.waitForFunction((before) => document.querySelector("#summary").textContent !== before, all);
  const left = Number(/ (\d+) of \d+ events/.exec(await page.locator("#summary").textContent())[1]);
  assert.ok(left < Number(/ (\d+) of \d+ events/.exec(all)[1]));
  const scores = (await page.locator(".card .faint").allTextContents()).flatMap((text) => text.match(/score [\d.]+/g) ?? []);
  assert.equal(scores.length, left);
  assert.ok(scores.every((score) => Number(score.slice(6)) >= 0.95), String(scores));
}));

test("the timeline goes from years to days, by keyboard too", () => report(sample(), {}, async (page) => {
  await page.getByRole("tab", { name: "Articles" }).focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  assert.equal(await page.getByRole("tab", { name: "Timeline" }).getAttribute("aria-selected"), "true");
  assert.match(page.url(), /#timeline$/);
  await page.locator('.bar[data-bin="2024"]').focus();
  await page.keyboard.press("Enter");
  await page.locator('.bar[data-bin="2024-11"]').click();
  await page.locator('.bar[data-bin="2024-11-18"]').click();
  const lines = await page.locator(".days .line").allTextContents();
  assert.ok(lines.some((line) => line.includes("personnel.end") && line.includes("Hendro")), String(lines));
  await page.getByRole("navigation", { name: "Period" }).getByRole("button", { name: "all" }).click();
  assert.equal(await page.locator('.bar[data-bin="2024"]').count(), 1);
  // From an event to its place in the text.
  await page.locator('.bar[data-bin="2024"]').click();
  await page.locator(".days .line button", { hasText: "personnel.end" }).first().click();
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "mengundurkan diri");
  assert.equal(await page.locator(".card.lit h3").textContent(), "personnel.end");
  await page.goBack();
  assert.match(page.url(), /#timeline$/);
}));

test("the graph links people with what they are linked to, and filters", () => report(sample(), {}, async (page) => {
  await page.getByRole("tab", { name: "Links" }).click();
  const node = page.locator(".node", { hasText: "Hendro" });
  assert.ok((await page.locator(".node").count()) <= 40);
  await node.focus();
  assert.ok((await page.locator("line.near").count()) >= 1);
  await page.keyboard.press("Enter");
  assert.equal(await shown(page), "1");
  await page.getByRole("tab", { name: "Counts" }).click();
  assert.equal(await page.locator('.count-row[aria-pressed="true"]').count(), 1);
}));

test("a script in a text is text", () => {
  const text = `Budi Santoso dilantik di Jakarta. </script><script>document.title="jebol";alert(1)</script><img src=x onerror="alert(2)"><!-- <script> ]]>`;
  const article = { id: `"><script>alert(3)</script>`, text, title: `<b onmouseover="alert(4)">judul</b></title><script>alert(5)</script>`, source: "<script>alert(6)</script>", published: "2024-08-14" };
  return report([article, { text: "Sari tiba." }], {}, async (page) => {
    assert.equal(await page.locator(".text").textContent(), text);
    assert.equal(await page.locator("#article h2").textContent(), article.title);
    assert.equal(await page.title(), "peristiwa");
    assert.equal(await page.locator("img, main script").count(), 0);
    for (const name of ["Events", "Timeline", "Links", "Counts"]) await page.getByRole("tab", { name }).click();
  });
});

test("a page without texts says so and shows the rest", () => inFolder(async (folder) => {
  const [output, page] = ["out.jsonl", "page.html"].map((name) => join(folder, name));
  peristiwa("annotate", join(project, "corpus/articles.jsonl"), "-o", output);
  peristiwa("view", output, "-o", page);
  await withPage({}, async (tab) => {
    await tab.goto(pathToFileURL(page).href);
    assert.match(await tab.locator(".notice").textContent(), /--articles/);
    assert.ok((await tab.locator(".card").count()) > 3);
  });
}));

test("dark and light, wide and narrow", async () => {
  const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await report(sample(), { colorScheme: "dark", viewport: { width: 360, height: 740 } }, async (page) => {
    const dark = await background(page);
    const control = page.getByRole("button", { name: /^Colours/ });
    await control.click();
    assert.match(await control.textContent(), /light/);
    assert.notEqual(await background(page), dark);
    await control.click();
    assert.equal(await background(page), dark);
    for (const name of ["Articles", "Events", "Timeline", "Links", "Counts"]) {
      await page.getByRole("tab", { name }).click();
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 360, `${name} is too wide`);
    }
    for (const landmark of ["banner", "main", "complementary", "contentinfo", "search"]) {
      assert.equal(await page.locator("body").getByRole(landmark, { includeHidden: true }).count(), 1, landmark);
    }
  });
});

test("two thousand articles", () => {
  const articles = Array.from({ length: 2000 }, (_, at) => ({ ...sample()[at % 12], id: `a${at}` }));
  return report(articles, {}, async (page) => {
    assert.equal(await shown(page), "2,000");
    assert.equal(await page.locator(".entry").count(), 100);
    assert.equal(await page.locator(".text").count(), 1);
    await page.locator(".entry").nth(50).click();
    assert.match(await page.locator("#article").textContent(), /id a50/);
    await page.getByLabel("Search", { exact: true }).fill("mengundurkan diri");
    await page.waitForFunction(() => !document.querySelector("#summary").textContent.startsWith("2,000"));
    for (const name of ["Events", "Timeline", "Links", "Counts"]) await page.getByRole("tab", { name }).click();
    assert.ok((await page.evaluate(() => document.querySelectorAll("*").length)) < 4000);
  });
});
