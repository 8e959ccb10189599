// What the page says is what the CSV of the release says, for every released day.
import assert from "node:assert/strict";
import { test } from "node:test";
import { choose, open, twin } from "./browser.mjs";
import { rows, written } from "./csv.mjs";

const COUNTRY = ["from", "new", "returned", "unobserved"].map((own) => `displacement.${own}`);
const told = (row) => (row.value === "" ? null : row.value);
const range = (row) => (row.value_low === "" ? "" : `${written(row.value_low)} to ${written(row.value_high)}`);
const daysOf = (figures) => [...new Set(figures.map((row) => row.reference_period_end))].sort();

for (const name of ["demo", "whole", "counts", "noised"]) {
  test(`${name}: headline`, async () => {
    const { page, close } = await open(name);
    const figures = rows(name, "indicators_admin");
    for (const day of daysOf(figures)) {
      await choose(page, "day", day);
      for (const indicator of COUNTRY) {
        const row = figures.find(
          (own) => own.indicator === indicator && own.adm_level === "0" && own.reference_period_end === day,
        );
        if (!row) continue;
        const shown = page.locator(`.headline [data-indicator="${indicator}"]`);
        const value = row ? told(row) : null;
        const expected = value === null ? (row?.suppressed === "true" ? "withheld" : "–") : written(value);
        assert.equal(await shown.innerText(), expected, `${indicator} on ${day}`);
        const box = await shown.locator("..").innerText();
        if (value !== null && range(row)) assert.ok(box.includes(range(row)), `${box} has ${range(row)}`);
      }
    }
    await close();
  });

  test(`${name}: ranked areas are the largest, withheld ones are counted`, async () => {
    const { page, close } = await open(name);
    const figures = rows(name, "indicators_admin");
    const levels = [...new Set(figures.map((row) => row.adm_level))].filter((own) => own !== "0");
    for (const [level, day] of levels.flatMap((own) => daysOf(figures).map((day) => [own, day]))) {
      await choose(page, "level", level);
      await choose(page, "day", day);
      for (const indicator of ["displacement.from", "displacement.stock"]) {
        const own = figures.filter(
          (row) => row.indicator === indicator && row.adm_level === level && row.reference_period_end === day,
        );
        const list = page.locator(`.ranked[data-indicator="${indicator}"]`);
        const shown = await list
          .locator("li")
          .evaluateAll((all) => all.map((one) => [one.dataset.area, one.dataset.value]));
        const largest = own.filter((row) => Number(row.value) > 0).sort((a, b) => b.value - a.value);
        assert.deepEqual(
          shown.map((one) => Number(one[1])),
          largest.slice(0, 8).map((row) => Number(row.value)),
        );
        for (const [area, value] of shown) assert.equal(own.find((row) => row.area_id === area)?.value, value, area);
        const withheld = own.filter((row) => row.suppressed === "true").length;
        const note = await list.locator(".note").innerText();
        assert.ok(note.startsWith(`${largest.length} areas with a figure, ${withheld} withheld`), note);
      }
    }
    await close();
  });

  test(`${name}: every pair that is told is in the matrix and in the table, and no other`, async () => {
    const { page, close } = await open(name);
    for (const level of ["1", "2"]) {
      const flows = rows(name, `flows_adm${level}__stock_displaced`);
      const day = flows
        .map((row) => row.reference_period_start)
        .sort()
        .at(-1);
      await choose(page, "level", level);
      const value = (row) => row.persons_est || row.subscribers_published;
      const expected = flows.filter((row) => row.reference_period_start === day && value(row) !== "");
      const key = (own) => own.join(" ");
      const pairs = expected.map((row) => key([row.origin_id, row.dest_id, value(row)])).sort();
      const shown = await page
        .locator(".matrix td[data-value]")
        .evaluateAll((all) => all.map((own) => [own.dataset.origin, own.dataset.dest, own.dataset.value]));
      assert.deepEqual(shown.map(key).sort(), pairs);
      await twin(page, "map");
      const table = await page
        .locator("#map-table tbody tr")
        .evaluateAll((all) => all.map((own) => [...own.cells].map((cell) => cell.textContent)));
      assert.deepEqual(table.map((own) => key([own[1], own[3], own[4].replaceAll(",", "")])).sort(), pairs);
      const ranges = new Map(
        expected.map((row) => [
          `${row.origin_id} ${row.dest_id}`,
          row.persons_low === "" ? undefined : `${written(row.persons_low)} to ${written(row.persons_high)}`,
        ]),
      );
      for (const own of table) assert.equal(own[5], ranges.get(`${own[1]} ${own[3]}`));
    }
    await close();
  });

  test(`${name}: points of the curves are the figures of the chosen area`, async () => {
    const { page, close } = await open(name);
    const figures = rows(name, "indicators_admin");
    const options = await page.locator("#area option").evaluateAll((own) => own.map((one) => one.value));
    for (const option of [options[0], options[1], options.at(-1)]) {
      await choose(page, "area", option);
      const [level, area] = option.split("|");
      for (const indicator of COUNTRY.filter((own) => figures.some((row) => row.indicator === own))) {
        const spots = await page
          .locator(`.small[data-indicator="${indicator}"] .spot`)
          .evaluateAll((all) => all.map((own) => [own.dataset.day, own.dataset.value ?? ""]));
        const own = figures.filter(
          (row) => row.indicator === indicator && row.adm_level === level && row.area_id === area,
        );
        // A figure that is told of the country only (`displacement.new`) has no number in an area.
        const told = own.map((row) => [row.reference_period_end, row.value]);
        const expected = own.length > 0 ? told : spots.map(([day]) => [day, ""]);
        assert.deepEqual(spots, expected, `${indicator} ${option}`);
      }
    }
    await close();
  });
}

test("counts of SIM cards are never called people", async () => {
  for (const language of ["en", "fr"]) {
    const { page, close } = await open("counts");
    await choose(page, "language", language);
    const text = (await page.locator("#headline, .figure:not(#quality):not(#method) ").allInnerTexts()).join(" ");
    assert.doesNotMatch(text.replaceAll(/to protect people|protéger les personnes/g, ""), /people|persons|personnes/i);
    await close();
  }
});
