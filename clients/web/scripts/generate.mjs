// Makes the TypeScript of the public protos in src/gen, anew each time. Only its types are
// used by the page, so that it adds no byte to it; the tests read its descriptors.
// Needs `protoc` (Debian's protobuf-compiler), as the build of the server does.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const web = join(dirname(fileURLToPath(import.meta.url)), "..");
const protos = join(web, "..", "..", "protos");
const out = join(web, "src", "gen");

/** Public protos: those in folders named v1 that are not records on disk. */
function publicProtos(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "records" ? [] : publicProtos(path);
    return entry.name.endsWith(".proto") ? [path] : [];
  });
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const files = publicProtos(join(protos, "milkway"))
  .map((path) => relative(protos, path))
  .filter((path) => !path.startsWith("milkway/runtime/"));
execFileSync(
  "protoc",
  [
    `--plugin=protoc-gen-es=${join(web, "node_modules", ".bin", "protoc-gen-es")}`,
    `--es_out=${out}`,
    "--es_opt=target=ts,json_types=true",
    `-I${protos}`,
    ...files,
  ],
  { stdio: "inherit" },
);
