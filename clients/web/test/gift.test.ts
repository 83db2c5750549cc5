import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { JourneyStepJson } from "../src/gen/milkway/impact/v1/statements_pb";
import { ProofError } from "../src/gift/canonical";
import { openCheckpoint } from "../src/gift/checkpoint";
import { delaysOf } from "../src/gift/delays";
import { gramsOf, kParts, sharesOf, statusOf, stopsOf } from "../src/gift/gift_figures";
import { checkGrowth, checkProof } from "../src/gift/proof";

const sha256 = (...parts: Uint8Array[]) =>
  createHash("sha256").update(Buffer.concat(parts)).digest();
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

const { privateKey, publicKey } = generateKeyPairSync("ed25519");

/** A log of `size` records of which the last may say something else, and the proof of all of them; written by RFC 6962 itself. */
function logOf(size: number, last = size - 1) {
  const records = Array.from({ length: size }, (_, i) => ({
    canonical: Buffer.from([1, i === size - 1 ? last : i]),
    salt: Buffer.alloc(16, i),
  }));
  const hashes = records.map(({ canonical, salt }) =>
    sha256(Buffer.from([0]), canonical.subarray(0, 1), sha256(salt, canonical)),
  );
  const split = (count: number) => 2 ** Math.floor(Math.log2(count - 1));
  const root = (of: Buffer[]): Buffer => {
    if (of.length === 1) return of[0] as Buffer;
    const k = split(of.length);
    return sha256(Buffer.from([1]), root(of.slice(0, k)), root(of.slice(k)));
  };
  const path = (m: number, of: Buffer[]): Buffer[] => {
    if (of.length === 1) return [];
    const k = split(of.length);
    if (m < k) return [...path(m, of.slice(0, k)), root(of.slice(k))];
    return [...path(m - k, of.slice(k)), root(of.slice(0, k))];
  };
  // What two roots are computed from (RFC 6962, 2.1.2).
  const growth = (m: number, of: Buffer[], whole: boolean): Buffer[] => {
    if (m === of.length) return whole ? [] : [root(of)];
    const k = split(of.length);
    if (m <= k) return [...growth(m, of.slice(0, k), whole), root(of.slice(k))];
    return [...growth(m - k, of.slice(k), false), root(of.slice(0, k))];
  };
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  const typed = Buffer.concat([Buffer.from([1]), raw]);
  const id = sha256(Buffer.from("example.org/log\n"), typed).subarray(0, 4);
  const body = `example.org/log\n${size}\n${base64(root(hashes))}\n`;
  const signature = base64(Buffer.concat([id, sign(null, Buffer.from(body), privateKey)]));
  return {
    growthFrom: (from: number) => growth(from, hashes, true).map(base64),
    proof: {
      verifierKey: `example.org/log+${id.toString("hex")}+${base64(typed)}`,
      checkpoint: { note: `${body}\n— example.org/log ${signature}\n` },
      leaves: records.map(({ canonical, salt }, i) => ({
        leaf: { position: String(i + 1), canonical: base64(canonical), salt: base64(salt) },
        hashes: path(i, hashes).map(base64),
      })),
    },
  };
}

describe("a proof", () => {
  it("holds for every record of logs of every size", async () => {
    for (let size = 1; size <= 20; size++) {
      const { leaves, checkpoint } = await checkProof(logOf(size));
      expect(leaves, String(size)).toBe(size);
      expect(checkpoint).toMatchObject({ size, origin: "example.org/log", signatureChecked: true });
    }
  });

  it("fails when a byte of a record, a path, the checkpoint or the key is changed", async () => {
    const changes: ((of: ReturnType<typeof logOf>["proof"]) => void)[] = [
      (of) => Object.assign(of.leaves[2]?.leaf ?? {}, { canonical: base64(Buffer.from([1, 9])) }),
      (of) => Object.assign(of.leaves[2]?.leaf ?? {}, { salt: base64(Buffer.alloc(16, 9)) }),
      (of) => Object.assign(of.leaves[2]?.leaf ?? {}, { position: "4" }),
      (of) => Object.assign(of.leaves[2]?.leaf ?? {}, { position: "99" }),
      (of) => of.leaves[2]?.hashes.pop(),
      (of) => of.leaves[2]?.hashes.push(base64(Buffer.alloc(32))),
      (of) => {
        of.checkpoint.note = of.checkpoint.note.replace("\n5\n", "\n6\n");
      },
      (of) => {
        of.checkpoint.note = of.checkpoint.note.replace("example.org", "example.com");
      },
      (of) => {
        of.verifierKey = of.verifierKey.replace("example.org/log", "example.org/other");
      },
      (of) => {
        of.checkpoint.note = "";
      },
    ];
    for (const [i, change] of changes.entries()) {
      const changed = logOf(5);
      change(changed.proof);
      await expect(checkProof(changed), String(i)).rejects.toThrow(ProofError);
    }
  });
});

describe("a log that was seen before", () => {
  const check = async (from: number, to: number, last = from - 1) => {
    const [before, after] = [logOf(from, last).proof, logOf(to)];
    const { verifierKey, checkpoint } = after.proof;
    const now = await openCheckpoint(checkpoint.note, verifierKey);
    const seen = { verifierKey: before.verifierKey, note: before.checkpoint.note };
    return checkGrowth(seen, verifierKey, now, async () => after.growthFrom(from));
  };

  it("goes on, from every size to every later one", async () => {
    for (let to = 1; to <= 17; to++) {
      for (let from = 1; from <= to; from++) await check(from, to);
    }
  });

  it("is refused when a record was rewritten, or when it has become shorter", async () => {
    for (let from = 1; from <= 17; from++) {
      await expect(check(from, 17, 99), String(from)).rejects.toThrow(ProofError);
      await expect(check(from + 17, 17)).rejects.toThrow(ProofError);
    }
  });

  it("is refused when its key is another one", async () => {
    const { verifierKey, checkpoint } = logOf(3).proof;
    const now = await openCheckpoint(checkpoint.note, verifierKey);
    const seen = { verifierKey: `${verifierKey} `, note: checkpoint.note };
    await expect(checkGrowth(seen, verifierKey, now, async () => [])).rejects.toThrow(ProofError);
  });
});

describe("a gift's journey", () => {
  const step = (kind: string, on: string, more: Partial<JourneyStepJson> = {}) =>
    ({ kind: `JOURNEY_STEP_KIND_${kind}`, on, ...more }) as JourneyStepJson;

  it("puts steps of one kind together, and counts of what was drunk only the last of each", () => {
    const stops = stopsOf([
      step("BOUGHT", "2026-01-02", { quantityG: "500", lotId: "1" }),
      step("BOUGHT", "2026-01-01", { quantityG: "300", lotId: "2" }),
      step("SERVED", "2026-03-01", { lotId: "1", place: "a", quantityG: "100", servings: "4" }),
      step("SERVED", "2026-04-01", { lotId: "1", place: "a", quantityG: "200", servings: "8" }),
      step("SERVED", "2026-04-01", { lotId: "2", place: "a", quantityG: "50", servings: "2" }),
      step("TOLD_NEXT", "2026-05-01", { expected: true }),
    ]);
    expect(stops).toEqual([
      {
        kind: "bought",
        from: "2026-01-01",
        to: "2026-01-02",
        expected: false,
        grams: 800,
        servings: 0,
      },
      {
        kind: "served",
        from: "2026-03-01",
        to: "2026-04-01",
        expected: false,
        grams: 250,
        servings: 10,
      },
      { kind: "next", from: "2026-05-01", to: "2026-05-01", expected: true, grams: 0, servings: 0 },
    ]);
  });

  it("has six stops at most", () => {
    const kinds = [
      "BOUGHT",
      "SENT",
      "PASSED",
      "ARRIVED",
      "SERVED",
      "LOST",
      "SENT_BACK",
      "TOLD_NEXT",
    ];
    expect(stopsOf(kinds.map((kind) => step(kind, "2026-01-01"))).length).toBe(6);
    expect(stopsOf(kinds.slice(0, 6).map((kind) => step(kind, "2026-01-01"))).length).toBe(6);
  });
});

describe("delays", () => {
  const step = (kind: string, on: string, more: Partial<JourneyStepJson> = {}) =>
    ({ kind: `JOURNEY_STEP_KIND_${kind}`, on, shipmentId: "s", ...more }) as JourneyStepJson;
  const held = { milestone: "MILESTONE_KIND_CUSTOMS_HELD" } as const;
  const cleared = { milestone: "MILESTONE_KIND_CUSTOMS_CLEARED" } as const;

  it("are what customs kept, once a shipment whatever lots are in it", () => {
    const steps = [
      step("PASSED", "2025-07-02", { ...held, lotId: "1" }),
      step("PASSED", "2025-07-02", { ...held, lotId: "2" }),
      step("PASSED", "2025-07-17", { ...cleared, lotId: "1" }),
    ];
    expect(delaysOf(steps, "2026-01-01")).toEqual([
      { kind: "held", from: "2025-07-02", to: "2025-07-17", days: 15 },
    ]);
    expect(delaysOf(steps.slice(0, 2), "2025-07-12")).toEqual([
      { kind: "held", from: "2025-07-02", to: "", days: 10 },
    ]);
  });

  it("are days that have passed without an arrival, or with one of a part", () => {
    const coming = step("ARRIVED", "2026-02-13", { expected: true, lateOn: "2026-02-20" });
    expect(delaysOf([coming], "2026-02-13")).toEqual([]);
    expect(delaysOf([coming], "2026-02-15")).toEqual([
      { kind: "late", days: 2, part: false, mostBy: "2026-02-20" },
    ]);
    expect(delaysOf([step("ARRIVED", "2026-02-12"), coming], "2026-02-15")).toEqual([
      { kind: "late", days: 2, part: true, mostBy: "2026-02-20" },
    ]);
  });
});

describe("a gift's grams", () => {
  it("are told as shares that add up to 100.0 %", () => {
    for (let i = 0; i < 500; i++) {
      const [served, lost, returned, remaining] = [i * 7919, i * 31, i % 3, (i * i) % 1009];
      const funded = served + lost + returned + remaining;
      const shares = sharesOf({ funded, served, lost, returned, remaining });
      const shown = kParts.reduce((sum, part) => sum + Math.round(shares[part] * 1000), 0);
      expect(shown, String(i)).toBe(funded === 0 ? 0 : 1000);
    }
  });

  it("are the sums over its lots, and say how far it has come", () => {
    const lot = { fundedG: "100", servedG: "60", lostG: "5", remainingG: "35" };
    expect(gramsOf({ lots: [lot, lot] })).toEqual({
      funded: 200,
      served: 120,
      lost: 10,
      returned: 0,
      remaining: 70,
    });
    expect(statusOf({})).toBe("received");
    expect(statusOf({ lots: [{ fundedG: "5", remainingG: "5" }] })).toBe("bought");
    expect(statusOf({ lots: [lot] })).toBe("drinking");
    expect(statusOf({ lots: [{ fundedG: "5", servedG: "5" }] })).toBe("drunk");
  });
});
