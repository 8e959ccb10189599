// Homes × hosts as a table with shades. Rows and columns are what the release tells; no sums are made.

import { button, html } from "./dom";
import { classOf, classStarts } from "./classes";
import { figure } from "./figure";
import { legend, look } from "./legend";
import { roving, says } from "./pointing";
import { byValue, type Told } from "./told";
import { units, type View } from "./view";

/** Areas a side, by their largest pair: a table of more cannot be read, and a sheet of paper is not wider. */
const MOST = { screen: 40, paper: 9 };

export function matrix(view: View): HTMLElement {
  const { release, choices, say, format } = view;
  const pairs = release.pairs(choices.level, choices.day);
  const told = pairs.filter((own) => own.told.value !== null).sort((a, b) => byValue(a.told, b.told));
  const ids = release.areas(choices.level).map((own) => own.id);
  const [origins, dests] = [new Set(told.map((own) => own.origin)), new Set(told.map((own) => own.dest))];
  const most = view.isPaper ? MOST.paper : MOST.screen;
  const isAll = choices.allPairs && !view.isPaper;
  const shown = (of: Set<string>) => {
    const largest = new Set([...of].slice(0, most));
    return isAll ? ids : ids.filter((id) => largest.has(id));
  };
  const [homes, hosts] = [shown(origins), shown(dests)];
  const isThere = release.hasPairs(choices.level);
  const without = ids.length - new Set([...origins, ...dests]).size;
  const left = [
    ...(without > 0 ? [say("matrix.left", { count: without, all: ids.length })] : []),
    ...(Math.max(origins.size, dests.size) > most ? [say("matrix.most", { most })] : []),
  ];
  const starts = classStarts(told.map((own) => own.told.value ?? 0));
  const toggle = button(
    say(choices.allPairs ? "matrix.some" : "matrix.all"),
    () => view.choose({ allPairs: !choices.allPairs }),
    { id: "all-pairs", class: "quiet" },
  );
  const isLeftOut = release.lacks("flows_earlier_days", choices.day);
  const why = isLeftOut ? "quality.left.flows_earlier_days" : isThere ? "matrix.nothing" : "matrix.absent";
  const nothing = html("p", {}, say(why));
  const known = new Map(pairs.map((own) => [`${own.origin}|${own.dest}`, own.told]));
  const of = (home: string, host: string) => known.get(`${home}|${host}`) ?? release.absentPair(choices.level);
  return figure(view, {
    id: "matrix",
    title: say("matrix.title"),
    caption: say("matrix.caption", {
      units: units(view),
      day: format.day(choices.day),
      left: isAll ? "" : left.map((own) => ` ${own}`).join(""),
    }),
    body:
      told.length === 0
        ? [nothing]
        : [legend(view, say("column.displaced"), starts), grid(view, homes, hosts, of, starts), toggle],
  });
}

type Of = (home: string, host: string) => Told;

function grid(view: View, homes: string[], hosts: string[], of: Of, starts: number[]): HTMLElement {
  const { say } = view;
  const body = html("tbody");
  const headings: HTMLElement[] = [];
  const sortBy = (at: number, compare: (a: string, b: string) => number) => () => {
    const isReversed = headings[at]?.getAttribute("aria-sort") === "descending";
    const ordered = [...homes].sort((a, b) => (isReversed ? -1 : 1) * compare(a, b));
    for (const own of headings) own.setAttribute("aria-sort", "none");
    headings[at]?.setAttribute("aria-sort", isReversed ? "ascending" : "descending");
    body.replaceChildren(...ordered.map((home) => line(view, home, hosts, of, starts)));
    body.querySelector("td")?.setAttribute("tabindex", "0");
  };
  const corner = html(
    "th",
    { scope: "col", class: "corner" },
    button(
      say("matrix.home"),
      sortBy(0, (a, b) => (a < b ? -1 : 1)),
      { class: "sort" },
    ),
  );
  headings.push(corner);
  hosts.forEach((host, at) => {
    const sort = sortBy(at + 1, (a, b) => byValue(of(a, host), of(b, host)));
    headings.push(html("th", { scope: "col" }, area(view, host, sort)));
  });
  for (const own of headings) own.setAttribute("aria-sort", "none");
  body.replaceChildren(...homes.map((home) => line(view, home, hosts, of, starts)));
  roving(body, () => [...body.querySelectorAll("td")], hosts.length);
  const made = html(
    "table",
    { class: "matrix" },
    html("caption", { class: "sr" }, say("matrix.title")),
    html("thead", {}, html("tr", {}, ...headings)),
    body,
  );
  return html(
    "div",
    { class: "scroll", role: "region", tabindex: 0, "aria-label": say("table.region", { title: say("matrix.title") }) },
    made,
  );
}

function area(view: View, id: string, sort: () => void): HTMLElement {
  const name = view.format.name(view.release.area(view.choices.level, id));
  const heading = button("", sort, { class: "sort" });
  heading.append(html("span", { class: "name" }, name), html("span", { class: "code" }, id));
  return heading;
}

function line(view: View, home: string, hosts: string[], of: Of, starts: number[]): HTMLElement {
  const { release, choices, format, say } = view;
  const name = (id: string) => format.area(release.area(choices.level, id));
  const heading = html(
    "th",
    { scope: "row" },
    html("span", { class: "name" }, format.name(release.area(choices.level, home))),
    html("span", { class: "code" }, home),
  );
  const cells = hosts.map((host) => {
    const own = of(home, host);
    const text = own.value === null ? html("span", { class: "sr" }, format.value(own)) : format.number(own.value);
    const cell = html("td", { class: look(own.status, own.value ? classOf(own.value, starts) : null) }, text);
    cell.dataset["origin"] = home;
    cell.dataset["dest"] = host;
    cell.dataset["status"] = own.status;
    if (own.value !== null) cell.dataset["value"] = String(own.value);
    says(cell, say("map.flow", { origin: name(home), dest: name(host), told: format.whole(own) }));
    return cell;
  });
  return html("tr", {}, heading, ...cells);
}
