// The page opens by itself: it asks for nothing, breaks no rule of its policy, and says nothing on the console.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { choose, folder, open } from "./browser.mjs";

for (const name of ["demo", "whole", "hostile", "counts", "noised"]) {
  test(`${name}: only the file itself, no message, no violation, whatever is chosen`, async () => {
    const { page, seen, url, close } = await open(name);
    for (const id of ["day", "level", "side", "metric", "area", "language"]) {
      const values = await page.locator(`#${id} option`).evaluateAll((own) => own.map((one) => one.value));
      for (const value of [...values.slice(0, 4), values.at(-1)].filter((own) => own !== undefined))
        await choose(page, id, value);
    }
    assert.deepEqual(seen, { requests: [url], messages: [], dialogs: 0, violations: [] });
    await close();
  });
}

test("the policy holds: what is tried from inside is refused", async () => {
  const { page, seen, close } = await open("demo");
  const got = await page.evaluate(async () => {
    const script = document.createElement("script");
    script.textContent = "window.ran = true";
    document.body.append(script);
    const image = new Image();
    image.src = "https://example.invalid/x.png";
    const fetched = await fetch("https://example.invalid/").then(
      () => "fetched",
      () => "refused",
    );
    return { ran: window.ran === true, fetched };
  });
  assert.deepEqual(got, { ran: false, fetched: "refused" });
  await page.waitForTimeout(200);
  assert.ok(seen.violations.length >= 3, String(seen.violations));
  await close();
});

test("a browser without DecompressionStream, and damaged data, are told in words", async () => {
  const old = await open("demo", { before: () => delete globalThis.DecompressionStream });
  assert.match(await old.page.locator(".stop[role=alert]").innerText(), /too old.*indicators_admin\.csv/s);
  await old.close();
  const text = readFileSync(join(folder("demo"), "report.html"), "utf8");
  writeFileSync(
    join(folder("demo"), "damaged.html"),
    text.replace(/(data-block="indicators_admin">.{200}).{40}/, "$1"),
  );
  const damaged = await open("demo", { file: "damaged.html" });
  assert.match(await damaged.page.locator(".stop[role=alert]").innerText(), /damaged or incomplete/);
  await damaged.close();
});
