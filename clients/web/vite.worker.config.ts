import { readdirSync } from "node:fs";
import { defineConfig } from "vite";

// What a school's phone keeps for work without a network: the page itself, and every file
// but those of the desk and of gifts. Read from the build that came before.
function keptFiles(): string[] {
  return readdirSync("dist/assets")
    .filter((name) => !/^(desk|gift)-/.test(name) && !/\.(gz|br)$/.test(name))
    .map((name) => `/assets/${name}`)
    .sort();
}

// The service worker: one file at the root, so that its scope is the whole page.
export default defineConfig({
  define: { KEPT_FILES: JSON.stringify(keptFiles()) },
  publicDir: false,
  build: {
    target: "chrome80",
    emptyOutDir: false,
    lib: {
      entry: "src/worker/worker.ts",
      formats: ["iife"],
      name: "worker",
      fileName: () => "worker.js",
    },
  },
});
