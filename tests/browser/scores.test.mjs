// The page of `score --html`: bars, confusions, errors side by side, two runs.

import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, test } from "node:test";
import { closeBrowser, inFolder, openBrowser, peristiwa, project, withPage } from "./setup.mjs";

before(openBrowser);
after(closeBrowser);

const gold = join(project, "corpus/test");

test("bars, confusions, and errors of two runs", () => inFolder(async (folder) => {
  const page = join(folder, "scores.html");
  peristiwa("score", gold, "--compare", gold, "--html", page);
  await withPage({}, async (tab) => {
    await tab.goto(pathToFileURL(page).href);
    const row = tab.getByRole("row", { name: /^PER / });
    assert.equal(await row.locator("td").nth(7).textContent(), "100.0");
    assert.match(await row.locator("td").nth(8).textContent(), /^\+\d/);
    assert.ok((await row.locator(".fill").boundingBox()).width > 50);

    await tab.getByRole("tab", { name: "Confusions" }).click();
    assert.ok((await tab.locator(".confusion .right").count()) > 10);
    assert.ok((await tab.locator(".confusion .wrong").count()) > 3);

    await tab.getByRole("tab", { name: "Errors" }).click();
    const count = async () => Number((await tab.locator("#view-errors h2").textContent()).split(" ")[0].replace(",", ""));
    const all = await count();
    await tab.getByLabel("Layer").selectOption("entities");
    await tab.getByLabel("Kind").selectOption("missed");
    assert.ok((await count()) < all);
    await tab.getByLabel("In the other run").selectOption("fixed");
    const card = tab.locator(".error-card").first();
    assert.equal(await card.locator(".sides h4").count(), 3);
    const [wanted, found] = [0, 1].map((side) => card.locator(".sides > div").nth(side).locator("mark.differs").first());
    await wanted.hover();
    assert.ok(await tab.locator("#tip").isVisible());
    assert.equal(await wanted.textContent().then((text) => text.length > 0), true);
    assert.ok((await found.count()) === 1);
  });
}));
