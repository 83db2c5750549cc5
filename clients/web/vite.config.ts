import { defineConfig } from "vitest/config";

// The page. Old phones are the measure: Chrome 80 is what they have.
export default defineConfig({
  base: "/",
  build: {
    target: "chrome80",
    cssTarget: "chrome80",
    modulePreload: { polyfill: false },
    // Everything in files of its own: the content security policy takes no data: script.
    assetsInlineLimit: 0,
  },
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    environment: "node",
    // Long enough for a machine that does other things too.
    testTimeout: 30_000,
  },
});
