// Four figures of one area over the released days, with the event and days of outage.

import { type Chart, chart, type Spot } from "./chart";
import { choice, html } from "./dom";
import { figure } from "./figure";
import { type Area, FROM, NEW, RETURNED, UNOBSERVED } from "./release";
import { table } from "./table";
import type { Told } from "./told";
import { isCount, type View } from "./view";

const FIGURES = [
  [FROM, "series.from"],
  [NEW, "series.new"],
  [RETURNED, "series.returned"],
  [UNOBSERVED, "series.unobserved"],
] as const;

/** The area whose days are shown. */
export function chosenArea(view: View): Area {
  const [level, ...id] = view.choices.area.split("|");
  return view.release.area(Number(level), id.join("|"));
}

export function series(view: View): HTMLElement {
  const { release, say, format } = view;
  const area = chosenArea(view);
  const event = String(release.method("crisis", "event_date") ?? "");
  const coverage = release.coverage(area.level, area.id);
  const figures = FIGURES.filter(([indicator]) => release.has(indicator));
  const of = (indicator: string) => (day: string) => release.figure(indicator, area.level, area.id, day);
  const all = figures.flatMap(([indicator]) => release.days.map(of(indicator)));
  const most = Math.max(...all.map((own) => own.high ?? own.value ?? 0), 1) * 1.05;
  const gaps = { area: format.area(area), event: event ? format.day(event) : "–" };
  const charts = figures.map(([indicator, name]) =>
    html(
      "div",
      { class: "small", "data-indicator": indicator },
      html("h3", {}, say(name)),
      chart(drawn(view, area, of(indicator), say(name), most)),
    ),
  );
  return figure(view, {
    id: "series",
    title: say("series.title"),
    caption: say(isCount(view) ? "series.caption.subscribers" : "series.caption", gaps),
    body: [areaChoice(view), html("div", { class: "smalls" }, ...charts)],
    notes: [say(coverage.length > 0 ? "series.outage" : "series.nocoverage")],
    twin: () =>
      table(
        view,
        say("series.title"),
        [
          { label: say("column.day"), cell: (day: string) => day, isCode: true },
          ...figures.map(([indicator, name]) => ({ label: say(name), cell: of(indicator), withRange: !isCount(view) })),
        ],
        release.days,
      ),
  });
}

function areaChoice(view: View): HTMLElement {
  const { release, choices, say, format } = view;
  const areas = [release.country, ...release.areas(choices.level).filter((own) => !own.id.startsWith("_"))];
  const options = areas.map((own) => ({ value: `${own.level}|${own.id}`, label: format.area(own) }));
  return html(
    "div",
    { class: "choices" },
    choice("area", say("area"), options, choices.area, (area) => view.choose({ area })),
  );
}

function drawn(view: View, area: Area, of: (day: string) => Told, name: string, most: number): Chart {
  const { release, say, format } = view;
  const event = String(release.method("crisis", "event_date") ?? "");
  const first = event || (release.days[0] ?? "");
  const last = release.days.at(-1) ?? first;
  const inside = release
    .coverage(area.level, area.id)
    .filter((own) => (own.flag !== null || own.isWithheld) && own.day >= first && own.day <= last);
  const isNarrow = view.width < 640;
  return {
    label: say("series.label", { name, area: format.area(area) }),
    width: isNarrow ? view.width : Math.floor((view.width - 24) / 2),
    height: 165,
    days: [first, last],
    most,
    spots: release.days.map((day) => spot(view, day, of(day))),
    bands: inside.map((own) => ({
      day: own.day,
      kind: own.isWithheld ? "withheld" : own.flag === "withhold" ? "grave" : "low",
    })),
    event: event ? { day: event, label: say("series.event") } : null,
    number: (value) => format.number(value),
    shortDay: (day) => format.shortDay(day),
  };
}

function spot(view: View, day: string, own: Told): Spot {
  const { value, low, high, status } = own;
  return { day, value, low, high, status, says: `${view.format.day(day)}: ${view.format.whole(own)}` };
}
