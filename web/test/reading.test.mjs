// Sorting, languages, keyboard, names that are script, what a page leaves out.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { choose, open, twin } from "./browser.mjs";
import { rows } from "./csv.mjs";

const numbers = (page, column) =>
  page.locator(`#areas-table tbody tr td:nth-child(${column})`).evaluateAll((all) => all.map((own) => own.textContent));

test("tables sort by pointer and by keyboard; withheld numbers stay last", async () => {
  const { page, close } = await open("demo");
  await twin(page, "areas");
  const heading = page.locator("#areas-table thead th").nth(2);
  for (const [press, descending] of [
    ["click", true],
    ["Enter", false],
    [" ", true],
  ]) {
    if (press === "click") await heading.locator("button").click();
    else {
      await heading.locator("button").focus();
      await page.keyboard.press(press);
    }
    assert.equal(await heading.getAttribute("aria-sort"), descending ? "descending" : "ascending");
    const texts = await numbers(page, 3);
    const told = texts.map((own) => Number(own.replaceAll(",", ""))).filter((own) => !Number.isNaN(own));
    assert.deepEqual(
      told,
      [...told].sort((a, b) => (descending ? b - a : a - b)),
    );
    assert.ok(
      texts.slice(told.length).every((own) => own === "withheld" || own === "no figure"),
      "last, either way",
    );
    assert.ok(told.length > 3 && told.length < texts.length);
  }
  await page.locator("#areas-table thead th").first().locator("button").click();
  const names = await page.locator("#areas-table tbody th").allInnerTexts();
  assert.deepEqual(names, [...names].sort());
  await page.locator(".matrix thead th").nth(1).locator("button").click();
  assert.equal(await page.locator(".matrix thead th").nth(1).getAttribute("aria-sort"), "descending");
  await close();
});

test("a table is saved as it is seen", async () => {
  const { page, close } = await open("demo");
  await twin(page, "areas");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#areas-table button.quiet")]);
  const lines = readFileSync(await download.path(), "utf8")
    .trimEnd()
    .split("\r\n");
  assert.equal(lines.length, 1 + (await page.locator("#areas-table tbody tr").count()));
  assert.match(lines[0], /^\ufeffArea,P-code,/);
  const largest = rows("demo", "indicators_admin")
    .filter(
      (row) =>
        row.indicator === "displacement.from" &&
        row.adm_level === "2" &&
        row.reference_period_end === row.reporting_date,
    )
    .sort((a, b) => b.value - a.value)[0];
  assert.equal(lines[1].split(",")[2], largest.value, "a plain number");
  await close();
});

test("languages: every heading changes, no gap is left open, no key is missing", async () => {
  const { page, close } = await open("whole");
  const headings = () => page.locator("h1, h2, h3, .caption, summary, .choice > span, .legend-title").allInnerTexts();
  const english = await headings();
  await page.focus("#language");
  await choose(page, "language", "fr");
  assert.equal(await page.evaluate(() => document.documentElement.lang), "fr");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "language", "focus stays");
  const french = await headings();
  assert.equal(french.length, english.length);
  assert.deepEqual(
    french.filter((own, at) => own === english[at] && own !== ""),
    [],
  );
  for (const text of [...english, ...french, await page.locator("#page").innerText()])
    assert.doesNotMatch(text, /\{\w+\}|undefined|NaN|\[object/);
  await close();
  const rapport = await open("whole", { file: "rapport.html" });
  assert.equal(await rapport.page.locator("#map h2").innerText(), "Mouvements entre zones");
  await rapport.close();
});

test("keyboard: Tab reaches every control once, arrows go through a map, focus is seen", async () => {
  const { page, close } = await open("demo");
  const reached = [];
  for (let press = 0; press < 80; press += 1) {
    await page.keyboard.press("Tab");
    const own = await page.evaluate(() => {
      const at = document.activeElement;
      const style = at && getComputedStyle(at);
      const seen = style && (style.outlineStyle !== "none" || Number.parseFloat(style.strokeWidth) >= 3);
      return at && at !== document.body ? { name: at.id || at.getAttribute("class") || at.tagName, seen } : null;
    });
    if (!own) break;
    assert.ok(own.seen, `focus on ${own.name} is seen`);
    reached.push(own.name);
  }
  for (const name of ["day", "level", "language", "side", "area", "flow", "scroll", "all-pairs", "SUMMARY"]) {
    assert.ok(
      reached.some((own) => own.includes(name)),
      `${name} in ${reached}`,
    );
  }
  assert.equal(reached.filter((own) => own === "flow").length, 1, "a map is one stop");
  await page.locator('#map [tabindex="0"]').focus();
  const first = await page.evaluate(() => document.activeElement.getAttribute("aria-label"));
  await page.keyboard.press("ArrowRight");
  const second = await page.evaluate(() => document.activeElement.getAttribute("aria-label"));
  assert.notEqual(second, first);
  assert.equal(await page.locator("#tip").innerText(), second);
  await page.keyboard.press("End");
  assert.match(await page.evaluate(() => document.activeElement.getAttribute("class")), /area/);
  await page.keyboard.press("Home");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), first);
  await close();
});

test("names that are script are shown as text and do nothing", async () => {
  const { page, seen, close } = await open("hostile");
  await choose(page, "language", "fr");
  await twin(page, "areas");
  await twin(page, "map");
  await page.locator("#map .area").first().focus();
  await page.waitForTimeout(300);
  const text = await page.locator("#page").innerText();
  for (const name of new Set(
    rows("hostile", "areas_admin").map((own) => own.area_name.replaceAll(/[\u2028\u2029\u202e]/g, "").slice(0, 20)),
  )) {
    assert.ok(text.replaceAll(/[\u2028\u2029\u202e\n]/g, "").includes(name.trim()), name);
  }
  assert.match(await page.locator("h1").innerText(), /<\/script><img src=x onerror=alert\(1\)>/);
  assert.equal(
    await page.locator("#page img, #page script, #page [onload], #page [onerror], #page [onfocus]").count(),
    0,
  );
  assert.deepEqual([seen.dialogs, seen.messages, seen.violations], [0, [], []]);
  await close();
});

test("what a page leaves out, and what a release lacks, is told", async () => {
  const small = await open("whole", { file: "small.html" });
  const told = await small.page.locator("#quality").innerText();
  assert.match(told, /To keep this page small, earlier days of H3 cells are not in it/);
  // Nor does it say of a day it does not hold that nothing can be told.
  const days = await small.page.locator("#day option").evaluateAll((all) => all.map((own) => own.value));
  await choose(small.page, "day", days[0]);
  assert.match(await small.page.locator("#hexes").innerText(), /earlier days of H3 cells are not in it/);
  await small.close();
  const bare = await open("counts");
  const text = await bare.page.locator("#quality").innerText();
  for (const table of ["coverage_daily", "quality_daily", "cells_h3", "areas_admin_geo"])
    assert.ok(text.includes(table), table);
  assert.equal(await bare.page.locator("#hexes").count(), 0);
  await bare.close();
});
