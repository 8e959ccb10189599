// The frame of every figure: heading, a sentence, the figure, and the same as a table.

import { type Child, html } from "./dom";
import type { View } from "./view";

export interface Figure {
  id: string;
  title: string;
  caption: string;
  body: Child[];
  /** Made when it is opened first: some are long. */
  twin?: () => HTMLElement;
  notes?: string[];
}

export function figure(view: View, own: Figure): HTMLElement {
  const heading = html("h2", { id: `${own.id}-title` }, own.title);
  return html(
    "section",
    { id: own.id, class: "figure", "aria-labelledby": `${own.id}-title` },
    heading,
    html("p", { class: "caption" }, own.caption),
    ...own.body,
    ...(own.notes ?? []).map((note) => html("p", { class: "note" }, note)),
    own.twin ? twin(view, own.id, own.title, own.twin) : null,
  );
}

function twin(view: View, id: string, title: string, make: () => HTMLElement): HTMLElement {
  const { open } = view.choices;
  const summary = html("summary", {}, view.say("table.show"), html("span", { class: "sr" }, `: ${title}`));
  const details = html("details", { class: "twin", id: `${id}-table`, open: open.has(id) }, summary);
  if (open.has(id)) details.append(make());
  details.addEventListener("toggle", () => {
    if (details.open && details.childElementCount < 2) details.append(make());
    if (details.open) open.add(id);
    else open.delete(id);
  });
  return details;
}
