// How the figures were made, in plain words, from method.json alone.

import { html } from "./dom";
import { figure } from "./figure";
import { isCount, type View } from "./view";

export function method(view: View): HTMLElement {
  const sentences = [...crisis(view), ...people(view), ...privacy(view), ...origin(view)];
  return figure(view, {
    id: "method",
    title: view.say("method.title"),
    caption: view.say("method.caption"),
    body: [html("ul", { class: "plain" }, ...sentences.map((own) => html("li", {}, own)))],
  });
}

/** A value of the method as text, or nothing. */
function given(view: View, ...path: string[]): string | null {
  const own = view.release.method(...path);
  return typeof own === "string" || typeof own === "number" ? String(own) : null;
}

function crisis(view: View): string[] {
  const { say, format, release } = view;
  const [event, start, end] = [
    given(view, "crisis", "event_date"),
    given(view, "crisis", "baseline", "start"),
    given(view, "crisis", "baseline", "end"),
  ];
  const affected = release.method("crisis", "affected");
  const deepest = release.levels.at(-1) ?? 1;
  const named = (id: string) =>
    format.area(
      release.levels.map((level) => release.area(level, id)).find((own) => own.name !== null) ??
        release.area(deepest, id),
    );
  const areas = Array.isArray(affected) ? affected.map((own) => named(String(own))).join(", ") : "";
  const home = given(view, "crisis", "home", "min_located_days");
  const [away, back] = [
    given(view, "crisis", "displacement", "confirm_days"),
    given(view, "crisis", "displacement", "return_days"),
  ];
  return [
    say("method.source"),
    ...(event ? [say("method.event", { date: format.day(event), areas: areas || "–" })] : []),
    ...(start && end && home
      ? [say("method.home", { start: format.day(start), end: format.day(end), days: home })]
      : []),
    ...(away && back ? [say("method.displaced", { days: away, back })] : []),
  ];
}

function people(view: View): string[] {
  if (isCount(view)) return [view.say("method.subscribers")];
  const year = given(view, "scaling", "population", "year");
  return [view.say("method.people", { year: year ?? "–" }), view.say("method.interval")];
}

function privacy(view: View): string[] {
  const { say, format, release } = view;
  const k = given(view, "privacy", "k_admin");
  const [base, every] = [given(view, "privacy", "round_to"), given(view, "privacy", "every_days")];
  const [sigma, epsilon] = [release.method("privacy", "dp", "sigma"), release.method("privacy", "dp", "epsilon_spent")];
  const isNoised = typeof sigma === "number" && typeof epsilon === "number";
  return [
    ...(k ? [say(isNoised ? "method.k.noise" : "method.k", { k })] : []),
    ...(isNoised ? [say("method.noise", { sigma: format.number(sigma), epsilon: format.number(epsilon) })] : []),
    ...(base ? [say("method.rounding", { base })] : []),
    ...(every ? [say("method.days", { every })] : []),
  ];
}

function origin(view: View): string[] {
  const gaps = {
    name: given(view, "software", "name") ?? "–",
    version: given(view, "software", "version") ?? "–",
    digest: given(view, "method_digest")?.slice(0, 12) ?? "–",
  };
  return [view.say("method.boundaries", { version: given(view, "cod_version") ?? "–" }), view.say("method.made", gaps)];
}
