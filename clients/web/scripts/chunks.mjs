// The files of a built page that are loaded together.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Files that the asset `name` imports at once, itself among them. */
export function closure(dist, name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  const text = readFileSync(join(dist, "assets", name), "utf8");
  for (const [, other] of text.matchAll(/(?:from|import)\s*["']\.\/([^"']+)["']/g)) {
    closure(dist, other, seen);
  }
  return seen;
}
