// The CSV of a release, read by nobody's library: rows by column.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { folder } from "./browser.mjs";

export function rows(name, table) {
  const text = readFileSync(join(folder(name), `${table}.csv`), "utf8").replace(/^\ufeff/, "");
  const [header, ...lines] = records(text);
  return lines.map((line) => Object.fromEntries(header.map((column, at) => [column, line[at] ?? ""])));
}

function records(text) {
  const all = [[""]];
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const [own, line] = [text[at], all.at(-1)];
    if (quoted && own === '"' && text[at + 1] === '"') {
      line[line.length - 1] += '"';
      at += 1;
    } else if (own === '"') quoted = !quoted;
    else if (own === "," && !quoted) line.push("");
    else if (own === "\n" && !quoted) all.push([""]);
    else if (own !== "\r" || quoted) line[line.length - 1] += own;
  }
  return all.filter((own) => own.length > 1 || own[0] !== "");
}

/** As the English page writes it. */
export const written = (number) => Number(number).toLocaleString("en-GB");
