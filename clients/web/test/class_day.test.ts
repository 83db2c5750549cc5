import { describe, expect, it } from "vitest";
import {
  classDay,
  insistingDraft,
  linesFor,
  recordDraft,
  stockAhead,
} from "../src/school/class_day";
import { goodPacks, receiptDraft } from "../src/school/delivery";
import type { Draft, Entry } from "../src/school/outbox";
import type { Delivery, Snapshot, StockLine } from "../src/school/snapshot";
import { daysLeft } from "../src/school/stock";

const kDay = "2026-11-27";
const by = { personId: "teacher", schoolId: "changyuan" };

function lot(lotId: string, expiresOn: string, usableG: number): StockLine {
  return {
    lotId,
    nameZh: "奶粉",
    nameEn: "Milk powder",
    lotNumber: `L${lotId}`,
    expiresOn,
    packG: 1000,
    usableG,
    servingG: 25,
  };
}

function snapshot(part: Partial<Snapshot> = {}): Snapshot {
  return {
    schoolId: "changyuan",
    nameZh: "长源小学",
    nameEn: "Changyuan",
    timeZone: "Asia/Shanghai",
    readAt: 0,
    pupils: [1, 2, 3, 4].map((number) => ({ number, className: "1A", drinks: number !== 4 })),
    stock: [lot("1", "2027-06-01", 1000)],
    deliveries: [],
    recorded: [],
    recordedKeys: [],
    ...part,
  };
}

function entryOf(draft: Draft, part: Partial<Entry> = {}): Entry {
  const { request, ...rest } = draft;
  return {
    ...rest,
    requestId: "id",
    body: JSON.stringify({ requestId: "id", ...request }),
    order: 1,
    state: "waiting",
    savedAt: 0,
    attempts: 0,
    trouble: "",
    ...part,
  };
}

function recordOf(of: Snapshot, absent: number[]): Draft {
  const day = classDay(of, [], "1A", kDay);
  const numbers = day.pupils.filter((number) => !absent.includes(number));
  return recordDraft(by, day, absent, linesFor(of.stock, numbers, kDay) ?? []);
}

describe("a record that the books do not bear out", () => {
  it("is sent once more as it was, with a reason", () => {
    const refused = entryOf(recordOf(snapshot(), []), { state: "refused" });
    const draft = insistingDraft(refused, "it was served");
    expect(draft).toMatchObject({ naturalKey: refused.naturalKey, amount: refused.amount });
    const { requestId: _, ...before } = JSON.parse(refused.body);
    expect(draft.request).toEqual({ ...before, discrepancyReason: "it was served" });
  });
});

describe("a class on a day", () => {
  it("has those who are given milk, and nobody drank before it is recorded", () => {
    expect(classDay(snapshot(), [], "1A", kDay)).toEqual({
      className: "1A",
      day: kDay,
      pupils: [1, 2, 3],
      drank: [],
    });
  });

  it("is as the phone recorded it while the server does not know", () => {
    const entry = entryOf(recordOf(snapshot(), [2]));
    expect(classDay(snapshot(), [entry], "1A", kDay)).toMatchObject({ drank: [1, 3], entry });
  });

  it("can be changed as soon as the server answered", () => {
    const answer = '{"distributionId":"7"}';
    const entry = entryOf(recordOf(snapshot(), [2]), { state: "delivered", answer });
    expect(classDay(snapshot(), [entry], "1A", kDay).recorded).toMatchObject({
      distributionId: "7",
      revision: 1,
    });
  });

  it("is as another phone recorded it, when this one was refused, and says so", () => {
    const entry = entryOf(recordOf(snapshot(), []), { state: "refused" });
    const recorded = {
      distributionId: "9",
      day: kDay,
      className: "1A",
      session: "daily",
      revision: 1,
      lines: [{ lotId: "1", servingG: 25, numbers: [1] }],
    };
    const shown = classDay(snapshot({ recorded: [recorded] }), [entry], "1A", kDay);
    expect(shown.drank).toEqual([1]);
    expect(shown.entry).toEqual(entry);
  });
});

describe("the lines of a record", () => {
  it("take first what expires first, and nothing that is expired", () => {
    const stock = [
      lot("1", "2027-06-01", 1000),
      lot("2", "2027-01-01", 50),
      lot("3", "2026-11-26", 900),
    ];
    expect(linesFor(stock, [1, 2, 3], kDay)).toEqual([
      { lotId: "2", servingG: "25", studentNumbers: [1, 2] },
      { lotId: "1", servingG: "25", studentNumbers: [3] },
    ]);
  });

  it("say that the last lot served whoever is left: the server names what is missing", () => {
    expect(linesFor([lot("1", "2027-06-01", 30)], [1, 2], kDay)).toEqual([
      { lotId: "1", servingG: "25", studentNumbers: [1, 2] },
    ]);
    expect(linesFor([], [1], kDay)).toBeUndefined();
  });
});

describe("stock", () => {
  const delivery: Delivery = {
    shipmentId: "S-1",
    carrier: "",
    expectedOn: "",
    lines: [{ ...lot("5", "2027-09-01", 0), packs: 10 }].map(({ usableG: _, ...line }) => line),
  };

  it("counts what this phone recorded and has not sent", () => {
    const trouble = { damaged: 1, missing: 2, over: 0, reason: "DAMAGE_REASON_WET" as const };
    const came = receiptDraft(by, delivery, { 5: trouble }, "", "R-1", 0, []);
    const entries = [
      entryOf(recordOf(snapshot(), [])),
      entryOf(came),
      entryOf(recordOf(snapshot(), []), { state: "refused" }),
    ];
    const ahead = stockAhead(snapshot({ deliveries: [delivery] }), entries);
    expect(ahead.map((line) => [line.lotId, line.usableG])).toEqual([
      ["1", 925],
      ["5", 7000],
    ]);
  });

  it("lasts as many days as there are full rounds of cups", () => {
    expect(daysLeft([lot("1", "2027-06-01", 1000)], 3, kDay)).toBe(13);
    expect(daysLeft([lot("1", "2026-01-01", 1000)], 3, kDay)).toBe(0);
  });

  it("never has fewer than no good packs of a delivery", () => {
    const all = { damaged: 3, missing: 9, over: 1, reason: "DAMAGE_REASON_TORN" as const };
    expect(goodPacks(10, all)).toBe(1);
  });
});
