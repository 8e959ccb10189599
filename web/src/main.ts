// The page: data in, choices, and every part drawn anew when a choice changes.

import "./theme.css";
import { canRead, readBlocks } from "./data";
import { choice, html, svg } from "./dom";
import { flowMap } from "./flow-map";
import { Format } from "./format";
import { headline } from "./headline";
import { hexMap } from "./hex-map";
import { matrix } from "./matrix";
import { method } from "./method";
import { tips } from "./pointing";
import { quality } from "./quality";
import { ranking } from "./ranking";
import { recovery } from "./recovery";
import { Release } from "./release";
import { series } from "./series";
import type { Choices, View } from "./view";
import { isLanguage, LANGUAGES, type Language, type Say, say } from "./words";

const page = document.getElementById("page") ?? document.body;
const given = document.documentElement.lang;
const first: Language = isLanguage(given) ? given : "en";

/** What A4 leaves between its margins, in pixels. */
const PAPER_WIDTH = 688;

void start();

async function start(): Promise<void> {
  const stop = (key: "stop.inflate" | "stop.damaged") =>
    page.replaceChildren(html("p", { class: "stop", role: "alert" }, say(first)(key)));
  if (!canRead()) return stop("stop.inflate");
  try {
    show(new Release(await readBlocks()));
  } catch {
    stop("stop.damaged");
  }
}

function show(release: Release): void {
  let choices: Choices = {
    language: first,
    day: release.days.at(-1) ?? "",
    level: release.levels.at(-1) ?? 1,
    side: "stock",
    metric: "displaced_in",
    area: `0|${release.country.id}`,
    allPairs: false,
    open: new Set(),
  };
  const k = release.method("privacy", "k_admin");
  const draw = (paper = false) => {
    const words = say(choices.language);
    const format = new Format(choices.language, words, typeof k === "number" ? k : 0);
    // The width of the column, measured: a figure is drawn for the pixels it has.
    const width = paper ? PAPER_WIDTH : Math.floor(main.clientWidth) || 640;
    const view: View = { release, choices, say: words, format, width, isPaper: paper, choose };
    const focused = document.activeElement?.id;
    document.documentElement.lang = choices.language;
    head.replaceChildren(...top(view));
    main.replaceChildren(...parts(view));
    foot.replaceChildren(html("p", {}, words("foot")));
    if (focused) document.getElementById(focused)?.focus();
  };
  const choose = (changed: Partial<Choices>) => {
    // An area of another level is no choice of this one.
    const area = changed.level === undefined ? choices.area : `0|${release.country.id}`;
    choices = { ...choices, area, ...changed };
    draw();
  };
  const [head, main, foot] = [html("header", { class: "top" }), html("main", { id: "main" }), html("footer")];
  page.replaceChildren(patterns(), head, main, foot);
  tips(page);
  draw();
  let last = main.clientWidth;
  window.addEventListener("resize", () => {
    if (main.clientWidth === last || window.matchMedia("print").matches) return;
    last = main.clientWidth;
    draw();
  });
  window.addEventListener("beforeprint", () => draw(true));
  window.addEventListener("afterprint", () => draw());
}

function top(view: View): HTMLElement[] {
  const { release, choices, say, format } = view;
  const operation = String(release.method("operation") ?? "");
  const title = say("title", { operation });
  document.title = `${title}, ${choices.day}`;
  const subtitle = say(release.unit === "subscribers" ? "subtitle.subscribers" : "subtitle", {
    day: format.day(choices.day),
  });
  const days = release.days.map((value) => ({ value, label: format.day(value) }));
  const levels = release.levels.map((own) => ({ value: String(own), label: levelName(say, own) }));
  const languages = LANGUAGES.map((value) => ({ value, label: languageName(value) }));
  return [
    html("h1", {}, title),
    html(
      "p",
      { class: "subtitle" },
      subtitle,
      " ",
      html("span", { class: "class" }, say("class", { class: String(release.method("dissemination_class") ?? "–") })),
    ),
    html(
      "div",
      { class: "choices", role: "group", "aria-label": say("controls") },
      choice("day", say("day"), days, choices.day, (day) => view.choose({ day })),
      choice("level", say("level"), levels, String(choices.level), (level) => view.choose({ level: Number(level) })),
      choice(
        "language",
        say("language"),
        languages,
        choices.language,
        (own) => isLanguage(own) && view.choose({ language: own }),
      ),
    ),
  ];
}

const languageName = (own: Language): string => say(own)("language.name");

function levelName(words: Say, level: number): string {
  const keys = ["level.0", "level.1", "level.2", "level.3", "level.4", "level.5"] as const;
  return words(keys[level] ?? "level.5");
}

function parts(view: View): HTMLElement[] {
  const all = [headline, ranking, flowMap, hexMap, matrix, series, recovery, quality, method];
  return all.map((own) => own(view)).filter((own): own is HTMLElement => own !== null);
}

/** The hatch of withheld numbers, for every drawing of the page. */
function patterns(): SVGElement {
  const lines = svg("path", { class: "hatch-lines", d: "M-1,1l2,-2M0,8l8,-8M7,9l2,-2" });
  const ground = svg("rect", { class: "hatch-ground", width: 8, height: 8 });
  const hatch = svg("pattern", { id: "hatch", width: 8, height: 8, patternUnits: "userSpaceOnUse" }, ground, lines);
  return svg("svg", { class: "patterns", width: 0, height: 0, "aria-hidden": "true" }, svg("defs", {}, hatch));
}
