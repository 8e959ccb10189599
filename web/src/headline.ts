// One number first: how many are displaced now, then who left lately, who is back, whom nobody sees.

import { type Child, html } from "./dom";
import { FROM, NEW, RETURNED, STOCK, UNOBSERVED } from "./release";
import { byValue, overlap, type Told } from "./told";
import { isCount, units, type View } from "./view";

export function headline(view: View): HTMLElement {
  const { release, choices, say, format } = view;
  const now = release.national(FROM, choices.day);
  const since = { start: format.shortDay(release.since(NEW, choices.day)), end: format.shortDay(choices.day) };
  return html(
    "section",
    { id: "headline", class: "headline", "aria-labelledby": "headline-title" },
    html("h2", { id: "headline-title", class: "sr" }, say("now", { units: units(view), day: format.day(choices.day) })),
    html(
      "div",
      { class: "now" },
      number(view, now, FROM, "big"),
      html("p", { class: "what" }, say("now", { units: units(view), day: format.day(choices.day) })),
      range(view, now),
      html("p", { class: "change" }, change(view, FROM)),
    ),
    html(
      "div",
      { class: "others" },
      other(view, NEW, say("new"), say("new.note", since)),
      other(view, RETURNED, say("returned"), say("returned.note", { day: format.shortDay(choices.day) })),
      other(view, UNOBSERVED, say("unobserved"), say("unobserved.note")),
    ),
    html("p", { class: "sentence" }, sentence(view, now)),
  );
}

function number(view: View, own: Told, indicator: string, size: string): HTMLElement {
  const attributes = { class: `${size} ${own.status}`, "data-indicator": indicator, "data-status": own.status };
  return html("p", attributes, own.status === "none" ? "–" : view.format.value(own));
}

function range(view: View, own: Told, words: "range" | "range.brief" = "range"): Child {
  if (own.value === null) return html("p", { class: "range" }, view.format.why(own));
  if (own.low === null || own.high === null)
    return isCount(view) && words === "range" ? html("p", { class: "range" }, view.say("range.none")) : null;
  const gaps = { low: view.format.number(own.low), high: view.format.number(own.high) };
  return html("p", { class: "range" }, view.say(words, gaps));
}

function other(view: View, indicator: string, name: string, note: string): HTMLElement {
  const own = view.release.national(indicator, view.choices.day);
  const isThere = view.release.has(indicator);
  return html(
    "div",
    { class: "other" },
    isThere ? number(view, own, indicator, "middle") : html("p", { class: "middle none" }, "–"),
    html("p", { class: "what" }, name),
    isThere ? range(view, own, "range.brief") : html("p", { class: "range" }, view.say("not.in.release")),
    isThere && own.value !== null ? html("p", { class: "change" }, note) : null,
  );
}

/** Against the released day before; two ranges that overlap are no change. */
function change(view: View, indicator: string): string {
  const before = view.release.dayBefore(view.choices.day);
  if (!before) return view.say("change.none");
  const [own, other] = [view.choices.day, before].map((day) => view.release.national(indicator, day)) as [Told, Told];
  if (own.value === null || other.value === null) return "";
  const gaps = { day: view.format.day(before), value: view.format.number(other.value) };
  const overlaps = overlap(own, other);
  if (overlaps === null) return view.say("change.count", gaps);
  if (overlaps) return view.say("change.unclear", gaps);
  return view.say(own.value > other.value ? "change.more" : "change.fewer", gaps);
}

function sentence(view: View, now: Told): string {
  if (now.value === null) return view.say("sentence.withheld");
  const gaps = { value: view.format.number(now.value), units: units(view), range: view.format.range(now) };
  const parts = [view.say(gaps.range ? "sentence" : "sentence.count", gaps)];
  const [from, to] = [largest(view, FROM), largest(view, STOCK)];
  if (from) parts.push(view.say("sentence.from", from));
  if (to) parts.push(view.say("sentence.to", to));
  return parts.join(" ");
}

/** The area with the largest figure that is told; a withheld one may be larger. */
function largest(view: View, indicator: string): { area: string; value: string } | null {
  const { release, choices, format } = view;
  const of = (id: string) => release.figure(indicator, choices.level, id, choices.day);
  const told = release.areas(choices.level).filter((own) => of(own.id).status === "told" && !own.id.startsWith("_"));
  const first = told.sort((a, b) => byValue(of(a.id), of(b.id)))[0];
  return first ? { area: format.area(first), value: format.whole(of(first.id)) } : null;
}
