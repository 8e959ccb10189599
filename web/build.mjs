// One classic script, one style sheet, the hash a browser checks, and the licences of what is inside. The same sources
// and package-lock.json give the same bytes.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const to = join(here, "../crates/publish/src/report/bundle");

const made = await build({
  absWorkingDir: here,
  entryPoints: { report: "src/main.ts" },
  outdir: to,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  charset: "ascii",
  legalComments: "none",
  metafile: true,
  write: false,
});
mkdirSync(to, { recursive: true });
for (const file of made.outputFiles) {
  const name = file.path.endsWith(".css") ? "report.css" : "report.js";
  // Inside <script> and <style> these would end the element or hide what follows.
  if (/<\/(script|style)|<!--/i.test(file.text)) throw new Error(`${name} cannot stand in a page`);
  writeFileSync(join(to, name), file.text);
  if (name === "report.js") {
    writeFileSync(join(to, "report.js.sha256"), `${createHash("sha256").update(file.text).digest("base64")}\n`);
  }
}
writeFileSync(join(to, "THIRD_PARTY.txt"), thirdParty(Object.keys(made.metafile.inputs)));

/** Name, version, licence and its text of every package that the bundle holds. */
function thirdParty(inputs) {
  const names = inputs.map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
  const packages = [...new Set(names)].filter(Boolean).sort();
  const texts = packages.map((name) => {
    const folder = join(here, "node_modules", name);
    const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((own) => /^licen[cs]e/i.test(own));
    const text = file ? readFileSync(join(folder, file), "utf8").trim() : "(no licence file in the package)";
    return `${name} ${about.version}, ${about.license}\n\n${text}\n`;
  });
  return `Packages in report.js, from the build.\n\n${texts.join("\n---\n\n")}`;
}
