// The served page: what is pasted is annotated and shown; faults are said.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { closeBrowser, openBrowser, peristiwa, project, sample, withPage, withServer } from "./setup.mjs";

before(openBrowser);
after(closeBrowser);

/** Opens the served page and gives `run` the page and how to paste a text. */
async function served(run) {
  await withServer((address) => withPage({}, async (page) => {
    await page.goto(address);
    await run(page, (text, published) => paste(page, text, published));
  }));
}

async function paste(page, text, published) {
  await page.getByLabel("Published").fill(published ?? "");
  await page.getByLabel("Article, in Indonesian").fill(text);
  await page.getByRole("button", { name: "Annotate" }).click();
  await page.waitForFunction((wanted) => document.querySelector(".text")?.textContent === wanted, text);
}

/** The cards of resignations. */
function resignations(page) {
  return page.locator(".card", { has: page.locator("h3", { hasText: "personnel.end" }) });
}

test("a pasted article gives the resignation with its date", () => served(async (page, paste) => {
  const article = sample().find(({ id }) => id === "d02");
  await paste(article.text, article.published);
  const card = resignations(page).first();
  assert.equal(await card.locator(".when").textContent(), "2024-11-18");
  assert.match(await card.textContent(), /Hendro/);
  await page.getByRole("tab", { name: "Timeline" }).click();
  assert.ok((await page.locator(".line", { hasText: "personnel.end" }).count()) >= 1);
}));

test("the article of the task, where it is at hand", (context) => {
  const gold = join(project, "../shared/gold/dev");
  if (!existsSync(gold)) return context.skip("../shared is not here");
  const seed = peristiwa("score", gold, "--articles").trim().split("\n").map((line) => JSON.parse(line)).find(({ id }) => id === "seed");
  return served(async (page, paste) => {
    await paste(seed.text, seed.published);
    const days = await resignations(page).locator(".when").allTextContents();
    assert.ok(days.includes("2024-08-13"), String(days));
  });
});

test("typing is followed, and a script stays text", () => served(async (page) => {
  const text = "Budi Santoso dilantik di Jakarta. <script>alert(1)</script>";
  await page.getByLabel("Article, in Indonesian").pressSequentially(text);
  await page.waitForFunction((wanted) => document.querySelector(".text")?.textContent === wanted, text);
  assert.equal(await page.locator(".card h3").first().textContent(), "personnel.start");
  await page.getByLabel("Article, in Indonesian").fill("");
  await page.getByText("Nothing here yet.").waitFor();
}));

test("a fault is said", () => served(async (page) => {
  await page.route("**/annotate?*", (route) => route.fulfill({ status: 200, contentType: "application/json", body: "{" }));
  await page.getByLabel("Article, in Indonesian").fill("Budi tiba.");
  await page.getByRole("button", { name: "Annotate" }).click();
  await page.getByText("Not annotated:").waitFor();
}));
