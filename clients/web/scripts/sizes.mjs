// Prints what each door loads first, compressed: brotli as the server sends it. Fails above
// the limits.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { closure } from "./chunks.mjs";

const dist = join(dirname(fileURLToPath(import.meta.url)), "..", "dist");
const limits = { school: 40_000, gift: 100_000, desk: 300_000 };
const files = readdirSync(join(dist, "assets")).filter((name) => /\.(js|css)$/.test(name));

const bytes = (path) => statSync(join(dist, `${path}.br`)).size;
const index = readFileSync(join(dist, "index.html"), "utf8");
const first = [...index.matchAll(/assets\/([^"]+\.(?:js|css))/g)].map((match) => match[1]);
let failed = false;
for (const [door, limit] of Object.entries(limits)) {
  const all = new Set();
  for (const name of [...first, ...files.filter((each) => each.startsWith(`${door}-`))]) {
    for (const each of closure(dist, name)) all.add(each);
  }
  const total = [...all].reduce((sum, each) => sum + bytes(`assets/${each}`), bytes("index.html"));
  console.log(`${door}: ${total} bytes of ${limit} in ${all.size + 1} files`);
  failed ||= total > limit;
}
console.log(`worker: ${bytes("worker.js")} bytes of 10000`);
failed ||= bytes("worker.js") > 10_000;
process.exit(failed ? 1 : 0);
