// Ends a build: puts the page at its other addresses, and FILE.gz and FILE.br beside each file
// of dist/ that compresses, which the server sends as they are.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { closure } from "./chunks.mjs";

const dist = join(dirname(fileURLToPath(import.meta.url)), "..", "dist");
const compressible = new Set([".html", ".js", ".css", ".svg", ".json", ".webmanifest"]);

function compressFolder(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) compressFolder(path);
    else if (compressible.has(extname(entry.name))) {
      const bytes = readFileSync(path);
      writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
      writeFileSync(
        `${path}.br`,
        brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
      );
    }
  }
}

const page = readFileSync(join(dist, "index.html"), "utf8");

/** Tags that load a door's files together with the page, not after it. */
function preloadsOf(door) {
  const own = readdirSync(join(dist, "assets")).filter((name) => name.startsWith(`${door}-`));
  const scripts = new Set();
  for (const name of own.filter((each) => each.endsWith(".js"))) {
    for (const each of closure(dist, name)) scripts.add(each);
  }
  const styles = own.filter((name) => name.endsWith(".css"));
  return [
    ...[...scripts]
      .filter((name) => !page.includes(name))
      .map((name) => `<link rel="modulepreload" href="/assets/${name}" />`),
    ...styles.map((name) => `<link rel="stylesheet" href="/assets/${name}" />`),
  ].join("\n    ");
}

// "/gift/<token>" and "/i#<token>" show the same page, which looks at its address.
for (const [door, more] of [
  ["gift", preloadsOf("gift")],
  ["i", ""],
]) {
  mkdirSync(join(dist, door), { recursive: true });
  writeFileSync(join(dist, door, "index.html"), page.replace("</head>", `  ${more}\n  </head>`));
}
compressFolder(dist);
