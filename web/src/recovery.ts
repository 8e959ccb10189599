// Share of the largest released figure that is still displaced, with the range that follows from both figures' ranges.

import { chart, type Spot } from "./chart";
import { figure } from "./figure";
import { FROM } from "./release";
import { chosenArea } from "./series";
import { table } from "./table";
import type { Told } from "./told";
import { isCount, type View } from "./view";

export function recovery(view: View): HTMLElement {
  const { release, say, format } = view;
  const area = chosenArea(view);
  const of = (day: string) => release.figure(FROM, area.level, area.id, day);
  const told = release.days.filter((day) => of(day).status === "told");
  const peakDay = told.reduce<string | null>(
    (best, day) => (best && (of(best).value ?? 0) >= (of(day).value ?? 0) ? best : day),
    null,
  );
  const base = { id: "recovery", title: say("recovery.title") };
  if (!peakDay || told.length < 2) return figure(view, { ...base, caption: say("recovery.nothing"), body: [] });
  const peak = of(peakDay);
  const spots = release.days.map((day) => share(view, day, of(day), peak, day === peakDay));
  const event = String(release.method("crisis", "event_date") ?? "");
  const last = release.days.at(-1) ?? peakDay;
  const gaps = { area: format.area(area), peak: format.day(peakDay), value: format.whole(peak) };
  return figure(view, {
    ...base,
    caption: say(isCount(view) ? "recovery.caption.subscribers" : "recovery.caption", gaps),
    body: [
      chart({
        label: `${say("recovery.title")}, ${format.area(area)}`,
        width: view.width,
        height: 180,
        days: [event || (release.days[0] ?? last), last],
        most: Math.max(...spots.map((own) => own.high ?? own.value ?? 0), 1) * 1.05,
        spots,
        bands: [],
        event: event ? { day: event, label: say("series.event") } : null,
        number: (value) => format.percent(value),
        shortDay: (day) => format.shortDay(day),
      }),
    ],
    notes: peakDay === last ? [say("recovery.rising")] : [],
    twin: () =>
      table(
        view,
        say("recovery.title"),
        [
          { label: say("column.day"), cell: (own: Spot) => own.day, isCode: true },
          { label: say("recovery.still"), cell: (own) => own.says.slice(own.says.indexOf(":") + 2) },
        ],
        spots,
      ),
  });
}

/** Both figures at the opposite ends of their ranges: no narrower range can be told from what was released. */
function share(view: View, day: string, own: Told, peak: Told, isPeak: boolean): Spot {
  const { format } = view;
  const named = (text: string) => `${format.day(day)}: ${text}`;
  const none = { day, value: null, low: null, high: null, status: own.status, says: named(format.why(own)) };
  if (own.value === null || !peak.value) return none;
  const value = own.value / peak.value;
  const hasRange = own.low !== null && own.high !== null && peak.low !== null && peak.high !== null && !isPeak;
  const low = hasRange && peak.high ? (own.low ?? 0) / peak.high : null;
  const high = hasRange && peak.low ? (own.high ?? 0) / peak.low : null;
  const range =
    low !== null && high !== null
      ? ` (${view.say("range.short", { low: format.percent(low), high: format.percent(high) })})`
      : "";
  return {
    day,
    value,
    low: high === null ? null : low,
    high: low === null ? null : high,
    status: own.status,
    says: named(`${format.percent(value)}${range}`),
  };
}
