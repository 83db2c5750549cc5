// Proofs as a real server made them (the sample programme), and what happens once one thing in
// them is not as it was.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { GetGiftProofResponseJson } from "../src/gen/milkway/impact/v1/statements_pb";
import { ProofError } from "../src/gift/canonical";
import { shareOfPool } from "../src/gift/pools";
import { checkProof } from "../src/gift/proof";
import { proofFile } from "../src/gift/proof_file";
import { setLanguage } from "../src/words/words";

const folder = join(import.meta.dirname, "proofs");
const files = readdirSync(folder).filter((name) => name.endsWith(".json"));

const read = (file: string): GetGiftProofResponseJson =>
  JSON.parse(readFileSync(join(folder, file), "utf-8"));

/** Every place in a JSON value where a text stands, as a path. */
function textsOf(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value === "string") return [path];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, part]) => textsOf(part, [...path, key]));
}

/** The same with another text at a path. */
function changed(answer: object, path: (string | number)[], change: (text: string) => string) {
  const copy = structuredClone(answer) as Record<string, unknown>;
  const parent = path.slice(0, -1).reduce<unknown>((at, key) => (at as never)[key], copy) as Record<
    string,
    string
  >;
  const key = String(path[path.length - 1]);
  parent[key] = change(parent[key] ?? "");
  return copy as GetGiftProofResponseJson;
}

/** One more, one character other: still a text of its kind. */
const other = (text: string): string =>
  /^\d+$/.test(text)
    ? String(BigInt(text) + 1n)
    : text.replace(/[A-Za-z0-9]/, (c) => (c === "B" ? "C" : "B"));

/** What is told beside the proof, and which no record proves (docs/proofs.md). */
const unproven =
  /publication\.(publication|startedUs|finishedUs|asOf|lots|pairs)|amount|unspent|fees|refunded\.|childrenReached|costPerServing|NeedDays|purchaseId|productId|lotNumber|statement\.kind|currencyCode|lots\.\d+\.refundDue|schoolId$|recordedUs/;

describe.each(files)("the proof %s", (file) => {
  const answer = read(file);

  it("holds", async () => {
    const checked = await checkProof(answer);
    expect(checked.checkpoint.signatureChecked).toBe(true);
    expect(checked.leaves).toBe(answer.proof?.leaves?.length);
  });

  it("is written as milkway writes it, byte for byte", async () => {
    const written = readFileSync(join(folder, file.replace(".json", ".proof")), "utf-8");
    expect(proofFile(answer, await checkProof(answer))).toBe(written);
  });

  it("holds no more when any one thing in it is changed", async () => {
    const idle: string[] = [];
    for (const path of textsOf(answer)) {
      const name = path.join(".");
      if (unproven.test(name) && !name.startsWith("proof.")) continue;
      const failure = await checkProof(changed(answer, path, other)).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (!(failure instanceof ProofError)) idle.push(`${name}: ${failure}`);
    }
    // What the server says of a record beside its bytes is not looked at.
    expect(
      idle.filter((name) => !/leaf\.(kind|recordedUs)|checkpoint\.(?!note)/.test(name)),
    ).toEqual([]);
  }, 60_000);

  it("holds no more without any of its records, or with one twice", async () => {
    const leaves = answer.proof?.leaves ?? [];
    for (let at = 0; at < leaves.length; at++) {
      const kind = leaves[at]?.leaf?.kind;
      if (kind === "LEAF_KIND_POSTING") continue;
      const less = {
        ...answer,
        proof: { ...answer.proof, leaves: leaves.filter((_, i) => i !== at) },
      };
      const again = [...leaves.slice(0, at), leaves[at] ?? {}, ...leaves.slice(at)];
      const more = { ...answer, proof: { ...answer.proof, leaves: again } };
      if (kind !== "LEAF_KIND_COST") {
        await expect(checkProof(more), `${kind} twice`).rejects.toThrow(ProofError);
        await expect(checkProof(less), `without ${kind}`).rejects.toThrow(ProofError);
      }
    }
  });
});

describe("what a changed proof is refused with", () => {
  const answer = read("gift-2025-001.json");
  const leaf = "proof.leaves.3";
  const position = answer.proof?.leaves?.[3]?.leaf?.position ?? "";
  const cases: [string, string][] = [
    ["statement.servedG", "grams drunk: told as"],
    ["statement.servings", "cups: told as"],
    ["statement.allocated.minorUnits", "money spent on milk: told as"],
    ["statement.proteinMg", "protein (mg): told as"],
    ["statement.calciumMg", "calcium (mg): told as"],
    ["statement.energyKj", "energy (kJ): told as"],
    ["statement.lots.0.lotId", "lot 1, its id: told as"],
    ["statement.lots.0.fundedG", "lot 1, grams bought: told as"],
    ["statement.lots.0.servedG", "lot 1, grams drunk: told as"],
    ["statement.lots.0.lostG", "lot 1, grams lost: told as"],
    ["statement.lots.0.remainingG", "lot 1, grams still there: told as"],
    ["statement.lots.0.schools.0.servings", "lot 1, cups at changyuan: told as"],
    ["statement.giftId", "is of another gift"],
    ["proof.verifierKey", "the log's key"],
    ["proof.checkpoint.note", "checkpoint"],
    [`${leaf}.leaf.canonical`, `record ${position} is not in the log, or was changed`],
    [`${leaf}.leaf.salt`, `record ${position} is not in the log, or was changed`],
    [`${leaf}.hashes.0`, `record ${position} is not in the log, or was changed`],
    [`${leaf}.leaf.position`, "not in the log, or was changed"],
  ];

  it.each(cases)("%s: names it", async (path, message) => {
    setLanguage("en");
    await expect(checkProof(changed(answer, path.split("."), other))).rejects.toThrow(message);
  });

  it("is told in the language that is shown", async () => {
    const failure = await checkProof(changed(answer, ["statement", "servings"], other)).catch(
      (error) => error,
    );
    setLanguage("zh");
    expect(failure.tell()).toMatch(/^杯数：页面上是 \d+，由记录算出的是 \d+$/);
  });
});

describe("the pools of a lot", () => {
  const lot = {
    kind: "lot" as const,
    publication: 1n,
    lotId: 1n,
    purchasedG: 1000n,
    foundG: 0n,
    lostG: 10n,
    returnedG: 0n,
    energyJ: 0n,
    proteinMg: 0n,
    calciumUg: 0n,
    landedCostMinor: 0n,
    generalBoughtG: 300n,
    pools: [
      {
        schoolId: "a",
        setAsideG: 400n,
        boughtG: 200n,
        earlierServedG: 50n,
        earlierServings: 2n,
        servingG: 25n,
      },
    ],
  };
  const served = (schoolId: string, servedG: bigint, servings: bigint) => ({
    kind: "served" as const,
    publication: 1n,
    lotId: 1n,
    schoolId,
    servings,
    servedG,
  });

  it("share what was drunk and lost by the rules", () => {
    const told = [served("a", 150n, 6n), served("b", 100n, 4n)];
    // By hand from rules 4 to 6: n = 10, n_a = floor(10 · 400 / 1000) = 4; of a's 150 g the first
    // 50 g and 2 cups are the general pool's.
    const own = shareOfPool(lot, told, "a");
    expect(own).toEqual({
      weightG: 400n,
      lostG: 4n,
      keptG: 200n,
      schools: new Map([["a", { servedG: 100n, servings: 4n }]]),
    });
    const general = shareOfPool(lot, told, "");
    expect(general.lostG).toBe(6n);
    expect(general.weightG).toBe(1000n - 100n - 4n);
    expect(general.schools.get("a")).toEqual({ servedG: 50n, servings: 2n });
    expect(general.schools.get("b")).toEqual({ servedG: 100n, servings: 4n });
  });

  it("are refused where they do not add up", () => {
    expect(() => shareOfPool({ ...lot, purchasedG: 10n ** 16n }, [], "")).toThrow(ProofError);
    expect(() =>
      shareOfPool({ ...lot, pools: [{ ...lot.pools[0], servingG: 0n } as never] }, [], ""),
    ).toThrow(ProofError);
    expect(() => shareOfPool(lot, [], "c")).toThrow(ProofError);
  });
});
