// Everything that is drawn is an element: it carries its id and value, and says them to pointer and keyboard.
import assert from "node:assert/strict";
import { test } from "node:test";
import { choose, open } from "./browser.mjs";
import { rows, written } from "./csv.mjs";

test("flow lines of the demo: all pairs of two areas, with value; focus and pointer say it", async () => {
  const { page, close } = await open("demo");
  const flows = rows("demo", "flows_adm2__stock_displaced");
  const day = flows
    .map((row) => row.reference_period_start)
    .sort()
    .at(-1);
  const value = (row) => row.persons_est || row.subscribers_published;
  const told = flows.filter(
    (row) =>
      row.reference_period_start === day &&
      Number(value(row)) > 0 &&
      row.origin_id !== row.dest_id &&
      !`${row.origin_id}${row.dest_id}`.includes("_"),
  );
  assert.ok(told.length > 2, "the demo tells some");
  assert.equal(await page.locator("#map .flow").count(), told.length);
  for (const row of told) {
    const line = page.locator(`#map .flow[data-origin="${row.origin_id}"][data-dest="${row.dest_id}"]`);
    assert.equal(await line.getAttribute("data-value"), value(row));
    await line.focus();
    const tip = await page.locator("#tip").innerText();
    for (const part of [row.origin_id, row.dest_id, written(value(row))])
      assert.ok(tip.includes(part), `${tip}: ${part}`);
    assert.equal(await line.getAttribute("aria-label"), tip);
  }
  const widest = page.locator("#map .flow").last();
  const box = await widest.boundingBox();
  await page.mouse.move(0, 0);
  await widest.dispatchEvent("pointerover");
  assert.ok(box && (await page.locator("#tip").isVisible()));
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#tip").isVisible(), false);
  await close();
});

test("areas: every one has its figure, by what is chosen and after a change of day", async () => {
  const { page, close } = await open("whole");
  const figures = rows("whole", "indicators_admin");
  const days = [...new Set(figures.map((row) => row.reference_period_end))].sort();
  for (const [side, day] of [
    ["stock", days.at(-1)],
    ["from", days.at(-1)],
    ["from", days[0]],
  ]) {
    await choose(page, "side", side);
    await choose(page, "day", day);
    const own = figures.filter(
      (row) =>
        row.indicator === `displacement.${side}` &&
        row.adm_level === "2" &&
        row.reference_period_end === day &&
        !row.area_id.startsWith("_"),
    );
    const drawn = await page
      .locator("#map .area")
      .evaluateAll((all) => all.map((one) => [one.dataset.area, one.dataset.value ?? "", one.dataset.status]));
    const expected = own.map((row) => [row.area_id, row.value, row.suppressed === "true" ? "withheld" : "told"]);
    assert.deepEqual(drawn.sort(), expected.sort());
  }
  await close();
});

test("H3 cells: each row of the day is a hexagon with its number, and all answer", async () => {
  const { page, close } = await open("whole");
  const cells = rows("whole", "cells_h3");
  const number = (own) => (own === "" ? "" : String(Number(own)));
  const days = [...new Set(cells.map((row) => row.date))].sort();
  for (const [metric, day] of [
    ["displaced_in", days.at(-1)],
    ["displaced_from", days[0]],
  ]) {
    await choose(page, "day", day);
    await choose(page, "metric", metric);
    const drawn = await page
      .locator("#hexes .hex")
      .evaluateAll((all) => all.map((one) => [one.dataset.h3, one.dataset.value ?? ""]));
    assert.ok(drawn.length > 1000);
    assert.deepEqual(
      drawn.sort(),
      cells
        .filter((row) => row.date === day)
        .map((row) => [row.h3, number(row[metric])])
        .sort(),
    );
  }
  const first = page.locator("#hexes .hex").first();
  await first.focus();
  assert.ok((await page.locator("#tip").innerText()).includes(await first.getAttribute("data-h3")));
  // A pointer finds the hexagon that is under it.
  const at = await page
    .locator("#hexes .hex")
    .nth(700)
    .evaluate((own) => {
      own.scrollIntoView({ block: "center" });
      const box = own.getBoundingClientRect();
      return { x: box.x + box.width / 2, y: box.y + box.height / 2, h3: own.dataset.h3 };
    });
  await page.mouse.move(at.x, at.y);
  assert.ok((await page.locator("#tip").innerText()).includes(at.h3));
  await close();
});

test("a map grows by buttons and keys, follows the focus, moves by dragging, and is whole again", async () => {
  const { page, close } = await open("whole");
  const map = page.locator("#hexes svg.map");
  const view = async () => (await map.getAttribute("viewBox")).split(" ").map(Number);
  const whole = await view();
  await page.locator("#hexes .zoom button").first().click();
  assert.equal((await view())[2], whole[2] / 2);
  await page.locator("#hexes .hex").first().focus();
  for (const key of ["+", "+", "ArrowRight"]) await page.keyboard.press(key);
  const [x, y, width, height] = await view();
  assert.equal(width, whole[2] / 8);
  const box = await page.evaluate(() => {
    const own = document.activeElement.getBBox();
    return [own.x + own.width / 2, own.y + own.height / 2];
  });
  assert.ok(box[0] > x && box[0] < x + width && box[1] > y && box[1] < y + height, "what has the focus is in sight");
  await page.keyboard.press("0");
  assert.deepEqual(await view(), whole);
  await page.locator("#hexes .zoom button").first().click();
  await map.evaluate((own) => own.scrollIntoView({ block: "start" }));
  const at = await map.boundingBox();
  await page.mouse.move(at.x + 300, at.y + 200);
  await page.mouse.down();
  await page.mouse.move(at.x + 200, at.y + 150);
  await page.mouse.up();
  assert.ok((await view())[0] > whole[2] / 4, "dragged to the left: what lies to the right appears");
  await close();
});

test("the three looks differ, in light and dark, and each has its word", async () => {
  for (const dark of [false, true]) {
    const { page, close } = await open("noised", { dark });
    await page.click("#all-pairs");
    const looks = {};
    for (const status of ["told", "zero", "withheld"]) {
      const cell = page.locator(`.matrix td[data-status="${status}"]`).first();
      looks[status] = await cell.evaluate(
        (own) => `${getComputedStyle(own).backgroundColor} ${getComputedStyle(own).backgroundImage}`,
      );
      const words = { told: /\d/, zero: /: 0/, withheld: /withheld to protect people/ };
      assert.match(await cell.getAttribute("aria-label"), words[status]);
    }
    looks.none = await page
      .locator(".swatch.none")
      .first()
      .evaluate((own) => `${getComputedStyle(own).backgroundColor} ${getComputedStyle(own).backgroundImage}`);
    assert.equal(new Set(Object.values(looks)).size, 4, JSON.stringify(looks));
    assert.match(looks.withheld, /gradient/, "hatched");
    const fill = (selector) =>
      page
        .locator(selector)
        .first()
        .evaluate((own) => getComputedStyle(own).fill);
    assert.match(await fill('#map .area[data-status="withheld"]'), /hatch/);
    assert.doesNotMatch(await fill('#map .area[data-status="told"]'), /hatch/);
    await close();
  }
});

test("no line is drawn across a withheld day", async () => {
  const { page, close } = await open("whole");
  const options = await page.locator("#area option").evaluateAll((own) => own.map((one) => one.value));
  let broken = 0;
  for (const option of options) {
    await choose(page, "area", option);
    const charts = await page.locator(".small").evaluateAll((all) =>
      all.map((own) => ({
        spots: [...own.querySelectorAll(".spot")].map((spot) => spot.dataset.value !== undefined),
        path: own.querySelector(".curve").getAttribute("d") ?? "",
        hatched: own.querySelectorAll(".spot.withheld rect").length,
      })),
    );
    for (const { spots, path, hatched } of charts) {
      const joined = spots.filter((own, at) => own && spots[at + 1]).length;
      assert.equal((path.match(/L/g) ?? []).length, joined, path);
      assert.equal(hatched, spots.filter((own) => !own).length);
      broken += Number(joined < spots.length - 1);
    }
  }
  assert.ok(broken > 5, "some are broken");
  await close();
});
