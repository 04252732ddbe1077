import { readFileSync } from "node:fs";

const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

/** The name and the version of the package, as a report of a bug should give them. */
export function about() {
  return `${manifest.name} ${manifest.version}`;
}
