// The key of a figure: classes by number, and the three looks of what has no colour.

import { html } from "./dom";
import { shade } from "./classes";
import type { View } from "./view";

/** Classes that begin at `starts`; always zero, withheld and no figure. */
export function legend(view: View, title: string, starts: number[]): HTMLElement {
  const item = (look: string, label: string) =>
    html("li", {}, html("span", { class: `swatch ${look}`, "aria-hidden": "true" }), label);
  const classes = starts.map((own, at) =>
    item(`c${shade(at, starts.length)}`, view.say("legend.from", { value: view.format.number(own) })),
  );
  return html(
    "div",
    { class: "legend" },
    html("span", { class: "legend-title" }, title),
    html(
      "ul",
      {},
      ...classes,
      item("zero", view.say("legend.zero")),
      item("withheld", view.say("legend.withheld")),
      item("none", view.say("legend.none")),
    ),
  );
}

/** Class name of the look of a number. */
export function look(status: string, colour: number | null): string {
  return status === "told" && colour !== null ? `c${colour}` : status;
}
