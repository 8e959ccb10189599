// A page of a folder in Debian's Chromium: no network, no GPU, everything it asks for or says written down.
import { chromium } from "playwright-core";
import { after } from "node:test";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const pages = process.env.PAGES ?? "";
let browser;
after(() => browser?.close());

export const folder = (name) => join(pages, name);

/** Opens `report.html` (or another file) of a folder. `before` runs in the page before its own script. */
export async function open(
  name,
  { file = "report.html", width = 1366, height = 768, dark = false, before, touch } = {},
) {
  browser ??= await chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-3d-apis"],
  });
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
    offline: true,
    hasTouch: touch ?? false,
  });
  const page = await context.newPage();
  const seen = { requests: [], messages: [], dialogs: 0, violations: [] };
  page.on("request", (own) => seen.requests.push(own.url()));
  page.on("console", (own) => seen.messages.push(own.text()));
  page.on("pageerror", (own) => seen.messages.push(own.message));
  page.on("dialog", (own) => {
    seen.dialogs += 1;
    void own.dismiss();
  });
  await page.exposeFunction("violated", (own) => seen.violations.push(own));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (own) =>
      window.violated(`${own.violatedDirective} ${own.blockedURI}`),
    );
  });
  if (before) await page.addInitScript(before);
  const url = pathToFileURL(join(folder(name), file)).href;
  await page.goto(url);
  await page.waitForSelector("#method, .stop");
  return { page, seen, url, close: () => context.close() };
}

/** Chooses in one of the selects of the page. */
export const choose = (page, id, value) => page.selectOption(`#${id}`, value);

/** Opens the twin of a figure: its table is made when it is opened first. */
export async function twin(page, id) {
  if ((await page.locator(`#${id}-table`).getAttribute("open")) === null) await page.click(`#${id}-table > summary`);
  await page.waitForSelector(`#${id}-table table`);
}
