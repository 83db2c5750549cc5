// Ends a build: puts the page at its other addresses, and FILE.gz and FILE.br beside each file
// of dist/ that compresses, which the server sends as they are.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

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

// "/gift/<token>" and "/i#<token>" show the same page, which looks at its address.
for (const door of ["gift", "i"]) {
  mkdirSync(join(dist, door), { recursive: true });
  copyFileSync(join(dist, "index.html"), join(dist, door, "index.html"));
}
compressFolder(dist);
