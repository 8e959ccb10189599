// Any width, either direction, either ground, paper; and what a screen reader is given.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { choose, open } from "./browser.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const sideways = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
const openAll = (page) =>
  page.locator("details:not([open]) > summary").evaluateAll((all) => all.forEach((own) => own.click()));

for (const width of [360, 1366]) {
  for (const name of ["demo", "whole", "hostile"]) {
    test(`${name} at ${width} px: nothing to scroll sideways, also from right to left and in French`, async () => {
      const { page, close } = await open(name, { width, height: width === 360 ? 640 : 768 });
      await openAll(page);
      assert.equal(await sideways(page), 0);
      await page.evaluate(() => document.documentElement.setAttribute("dir", "rtl"));
      assert.equal(await sideways(page), 0, "right to left");
      assert.equal(await page.locator("h1").evaluate((own) => getComputedStyle(own).textAlign), "start");
      await choose(page, "language", "fr");
      assert.equal(await sideways(page), 0, "French");
      await close();
    });
  }
}

test("from right to left bars grow from the right, P-codes still read from left to right", async () => {
  const { page, close } = await open("demo");
  await page.evaluate(() => document.documentElement.setAttribute("dir", "rtl"));
  const [bars, bar] = [page.locator(".bars").first(), page.locator(".bar").first()];
  const [all, own] = [await bars.boundingBox(), await bar.boundingBox()];
  assert.ok(Math.abs(own.x + own.width - all.x - all.width) < 1);
  assert.equal(
    await page
      .locator(".ranked .code")
      .first()
      .evaluate((one) => getComputedStyle(one).direction),
    "ltr",
  );
  await close();
});

test("text in maps and charts is no smaller than 10 pixels at 360 px", async () => {
  const { page, close } = await open("whole", { width: 360, height: 640 });
  const sizes = await page.locator("svg text").evaluateAll((all) =>
    all.map((own) => {
      const box = own.ownerSVGElement;
      return (
        Number.parseFloat(getComputedStyle(own).fontSize) *
        (box.getBoundingClientRect().width / box.viewBox.baseVal.width)
      );
    }),
  );
  assert.ok(sizes.length > 20 && Math.min(...sizes) >= 10, String(Math.min(...sizes)));
  await close();
});

for (const dark of [false, true]) {
  for (const name of ["demo", "whole", "counts"]) {
    test(`${name}, ${dark ? "dark" : "light"}: axe has no serious finding`, async () => {
      const { page, close } = await open(name, { dark });
      await openAll(page);
      await page.click("#all-pairs");
      await page.evaluate(axe);
      const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
      const grave = found.violations.filter((own) => ["serious", "critical"].includes(own.impact));
      const brief = grave.map(
        (own) =>
          `${own.id}: ${own.nodes
            .slice(0, 3)
            .map((node) => `${node.html.slice(0, 160)} ${node.any[0]?.message ?? ""}`)
            .join(" | ")}`,
      );
      assert.deepEqual(brief, []);
      await close();
    });
  }
}

test("paper: A4, each part under its heading, nothing cut off, no controls", async () => {
  for (const [name, least, most] of [
    ["demo", 3, 4],
    ["whole", 4, 7],
  ]) {
    const { page, close } = await open(name);
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
    const count = (pdf.match(/\/Type\s*\/Page[^s]/g) ?? []).length;
    assert.ok(count >= least && count <= most, `${name}: ${count} pages`);
    const boxes = [...pdf.matchAll(/\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/g)].map((own) => own.slice(1).map(Number));
    assert.ok(
      boxes.every(([width, height]) => Math.abs(width - 595) < 2 && Math.abs(height - 842) < 2),
      "A4",
    );
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator("select:visible, button.quiet:visible").count(), 0);
    await close();
  }
});
