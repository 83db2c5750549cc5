import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fill } from "../src/words/words";

const src = join(__dirname, "..", "src");

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "gen" ? [] : sources(path);
    return /\.tsx?$/.test(entry.name) && !/\.(zh|en)\.ts$/.test(entry.name) ? [path] : [];
  });
}

const parts = readdirSync(join(src, "words"))
  .map((name) => /^(\w+)\.zh\.ts$/.exec(name)?.[1])
  .filter((name) => name !== undefined);

/** Names in braces of a text, each once, in order. */
function valuesOf(text: string): string[] {
  return [...new Set([...text.matchAll(/\{(\w+)/g)].map((match) => match[1] ?? ""))].sort();
}

describe.each(parts)("the texts of %s", (part) => {
  const tables = async () => {
    const { zh } = (await import(`../src/words/${part}.zh.ts`)) as { zh: Record<string, string> };
    const { en } = (await import(`../src/words/${part}.en.ts`)) as { en: Record<string, string> };
    return { zh, en };
  };

  it("are there in both languages, with the same values", async () => {
    const { zh, en } = await tables();
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
    for (const [key, text] of Object.entries(zh)) {
      expect(text, key).not.toBe("");
      expect(en[key], key).not.toBe("");
      expect(valuesOf(en[key] ?? ""), key).toEqual(valuesOf(text));
    }
  });

  it("are all used", async () => {
    const { zh } = await tables();
    const imported = new RegExp(`words/${part}"`);
    const text = sources(src)
      .map((path) => readFileSync(path, "utf8"))
      .filter((code) => imported.test(code))
      .join("\n");
    const unused = Object.keys(zh).filter((key) => {
      // "stop_bought" is used as `stop_${kind}`.
      const prefix = key.includes("_") ? `\`${key.slice(0, key.indexOf("_") + 1)}\${` : undefined;
      return !text.includes(`"${key}"`) && (prefix === undefined || !text.includes(prefix));
    });
    expect(unused.filter((key) => !named(text, key))).toEqual([]);
  });
});

/** Names of sections and parts are keys themselves: they stand in a list and go through w(). */
function named(code: string, key: string): boolean {
  return new RegExp(`["'\`]${key}["'\`]`).test(code);
}

describe("a text in the code", () => {
  it("is in the tables: no view has Chinese of its own but the names of languages", () => {
    const found = sources(src)
      .flatMap((path) => readFileSync(path, "utf8").split("\n"))
      .filter((line) => !line.trim().startsWith("//") && !line.trim().startsWith("*"))
      .filter((line) => /\p{Script=Han}/u.test(line) && !/^\s*中文$/.test(line));
    // A separator that people type, and the year, month and day of a spreadsheet.
    expect(found.filter((line) => !/split\(|exec\(/.test(line))).toEqual([]);
  });
});

describe("values in a text", () => {
  it("stand where their names do, with the word for one or for many", () => {
    expect(fill("{count} {count|bag|bags}", { count: 1 })).toBe("1 bag");
    expect(fill("{count} {count|bag|bags}", { count: 2 })).toBe("2 bags");
  });
});
