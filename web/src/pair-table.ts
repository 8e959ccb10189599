// Every pair of areas that is told, largest first: the table beside the map.

import type { Pair } from "./pairs";
import { table } from "./table";
import { byValue } from "./told";
import { isCount, type View } from "./view";

/** Withheld pairs are counted beside the map, not listed: they are most of all. */
export function pairTable(view: View, pairs: Pair[]): HTMLElement {
  const { say, format, release, choices } = view;
  const area = (id: string) => release.area(choices.level, id);
  const rows = pairs.filter((own) => own.told.value !== null).sort((a, b) => byValue(a.told, b.told));
  return table(
    view,
    say("map.title"),
    [
      { label: say("column.origin"), cell: (own) => format.name(area(own.origin)) },
      { label: `${say("column.origin")}, ${say("column.pcode")}`, cell: (own) => own.origin, isCode: true },
      { label: say("column.dest"), cell: (own) => format.name(area(own.dest)) },
      { label: `${say("column.dest")}, ${say("column.pcode")}`, cell: (own) => own.dest, isCode: true },
      { label: say("column.displaced"), cell: (own) => own.told, withRange: !isCount(view) },
    ],
    rows,
  );
}
