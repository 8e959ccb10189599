// From right to left, as a translation into Arabic will be: letters of that script, a third more of them, words in no language.
import assert from "node:assert/strict";
import { test } from "node:test";
import { choose, open } from "./browser.mjs";

/** Runs in the page before its own script: every text it ever shows is replaced, also after a choice draws it anew. */
function pseudo() {
  const letters = [..."ابتثجحخدذرزسشصضطظعغفقكلمنه"];
  const shown = (text) =>
    text.replaceAll(/\p{L}+/gu, (word) => {
      const own = [...word].map((one) => letters[(one.codePointAt(0) ?? 0) % letters.length]).join("");
      return own + own.slice(0, Math.ceil(word.length / 3));
    });
  const isData = (node) => node.parentElement?.closest("script, style, .code, svg") !== null;
  const done = new WeakSet();
  const replace = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (done.has(node) || isData(node)) continue;
      done.add(node);
      node.data = shown(node.data);
    }
  };
  new MutationObserver(() => {
    document.documentElement.dir = "rtl";
    const page = document.getElementById("page");
    if (page) replace(page);
  }).observe(document, { childList: true, subtree: true });
}

/** Pairs of texts that lie on each other by more than a hair, as a reader sees them. */
const overlaps = (page) =>
  page.evaluate(() => {
    /** What is left of a box inside all that scroll or cut it off. */
    const visible = (own, parent) => {
      let { left, right, top, bottom } = own;
      for (let at = parent; at; at = at.parentElement) {
        if (getComputedStyle(at).overflow === "visible") continue;
        const box = at.getBoundingClientRect();
        [left, right] = [Math.max(left, box.left), Math.min(right, box.right)];
        [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)];
      }
      return { left, right, top, bottom, width: right - left, height: bottom - top };
    };
    const boxes = [];
    const walker = document.createTreeWalker(document.getElementById("page"), NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      const isHidden = parent.closest("option, [hidden]") !== null || !parent.checkVisibility({ visibilityProperty: true });
      // What only a screen reader is given has no size to speak of, and sits inside the text before it.
      const clipped = parent.closest("svg") === null && (parent.offsetWidth <= 1 || parent.offsetHeight <= 1);
      if (isHidden || clipped || node.data.trim() === "" || parent.closest("svg")) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const own of range.getClientRects()) {
        const seen = visible(own, parent);
        if (seen.width > 0 && seen.height > 0) boxes.push({ own: seen, node, text: node.data.trim().slice(0, 40) });
      }
    }
    boxes.sort((a, b) => a.own.top - b.own.top);
    const found = [];
    const HAIR = 3;
    for (let at = 0; at < boxes.length; at += 1) {
      const one = boxes[at];
      for (let next = at + 1; next < boxes.length && boxes[next].own.top < one.own.bottom - HAIR; next += 1) {
        const other = boxes[next];
        const wide = Math.min(one.own.right, other.own.right) - Math.max(one.own.left, other.own.left);
        const high = Math.min(one.own.bottom, other.own.bottom) - other.own.top;
        // Lines of one paragraph share their leading.
        const line = Math.min(one.own.height, other.own.height);
        if (one.node !== other.node && wide > HAIR && high > line / 2) found.push(`${one.text} | ${other.text}`);
      }
    }
    return { found, texts: boxes.length };
  });

const sideways = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

for (const width of [360, 1366]) {
  for (const name of ["demo", "whole", "hostile"]) {
    test(`${name} at ${width} px in a script that runs from right to left: nothing overlaps, nothing complains`, async () => {
      const { page, seen, close } = await open(name, { width, height: width === 360 ? 640 : 768, before: pseudo });
      for (const act of [() => {}, () => choose(page, "level", "1"), () => choose(page, "language", "fr")]) {
        await act();
        await page.waitForTimeout(50);
        assert.match(await page.locator("h1").innerText(), /[\u0600-\u06ff]/u, "the words are replaced");
        assert.equal(await page.locator("h1").evaluate((own) => getComputedStyle(own).direction), "rtl");
        const { found, texts } = await overlaps(page);
        assert.ok(texts > 100, `${texts} texts`);
        assert.deepEqual(found.slice(0, 5), []);
        assert.equal(await sideways(page), 0);
      }
      assert.deepEqual([seen.messages, seen.violations, seen.dialogs], [[], [], 0]);
      await close();
    });
  }
}

test("texts that lie on each other are found", async () => {
  const { page, close } = await open("whole", { before: pseudo });
  await page.evaluate(() => {
    const [one, other] = document.querySelectorAll("h2");
    other.style.cssText = `position: absolute; inset-block-start: ${one.getBoundingClientRect().top + scrollY}px`;
  });
  assert.ok((await overlaps(page)).found.length > 0);
  await close();
});
