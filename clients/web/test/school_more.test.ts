import { IDBFactory } from "fake-indexeddb";
import { beforeEach, describe, expect, it } from "vitest";
import {
  keep,
  kept,
  kKept,
  kPerson,
  openDatabase,
  resultOf,
  transact,
} from "../src/school/database";
import { indicatorsOf, roundsOf } from "../src/school/growth_figures";
import {
  choosePin,
  kIdleMs,
  kTriesMax,
  lockNow,
  lockState,
  noteUse,
  tryPin,
} from "../src/school/lock";
import { keepNames, keptNames, merged, withTyped } from "../src/school/names";
import { fitted } from "../src/school/photo";
import { calendarDays, daysOf, monthStart } from "../src/school/served_days";

let db: IDBDatabase;
const now = 1_790_000_000_000;

beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory();
  db = await openDatabase();
  await keep(db, kPerson, { personId: "li" });
});

const everythingKept = () =>
  transact(db, [kKept], "readonly", (transaction) =>
    resultOf(transaction.objectStore(kKept).getAll() as IDBRequest<unknown[]>),
  );

describe("the lock of a phone", () => {
  it("opens with its PIN and with no other", async () => {
    expect(await lockState(db, now)).toBe("none");
    await choosePin(db, "2580", now);
    expect(await lockState(db, now)).toBe("open");
    await lockNow(db);
    expect(await lockState(db, now)).toBe("locked");

    expect(await tryPin(db, "2581", now)).toBe(kTriesMax - 1);
    expect(await lockState(db, now)).toBe("locked");
    expect(await tryPin(db, "2580", now)).toBe("open");
    expect(await lockState(db, now)).toBe("open");
  });

  it("locks itself when nobody used it, or when the clock was set back", async () => {
    await choosePin(db, "2580", now);
    await noteUse(db, now + kIdleMs - 1);
    expect(await lockState(db, now + kIdleMs)).toBe("open");
    expect(await lockState(db, now + 2 * kIdleMs)).toBe("locked");

    await tryPin(db, "2580", now);
    expect(await lockState(db, now - 1)).toBe("locked");
  });

  it("makes the phone forget after five wrong tries, also over reloads", async () => {
    await choosePin(db, "2580", now);
    await keep(db, "snapshot/changyuan", { pupils: [1] });
    for (let i = 1; i < kTriesMax; i++) expect(await tryPin(db, "0000", now)).toBe(kTriesMax - i);
    db = await openDatabase();

    expect(await tryPin(db, "0000", now)).toBe(0);

    expect(await kept(db, "snapshot/changyuan")).toBeUndefined();
    expect(await kept(db, kPerson)).toBeUndefined();
    // Nothing but the note that the session is to be ended.
    expect(await everythingKept()).toEqual([true]);
  });
});

describe("names of children", () => {
  it("are read only while the phone is open, and only by whoever knows the PIN", async () => {
    await choosePin(db, "2580", now);
    const names = withTyped({}, 7, " 小明 ");
    await keepNames(db, "li", "changyuan", names);
    expect(await keptNames(db, "changyuan")).toEqual({ 7: { name: "小明", typed: true } });
    const stored = JSON.stringify(await kept(db, "names/changyuan"), (_, value) =>
      value instanceof ArrayBuffer ? new TextDecoder().decode(value) : value,
    );
    expect(stored).not.toContain("小明");

    await lockNow(db);

    expect(await keptNames(db, "changyuan")).toEqual({});
  });

  it("are not kept for somebody who has signed out meanwhile", async () => {
    await choosePin(db, "2580", now);
    await keepNames(db, "another", "changyuan", withTyped({}, 7, "小明"));

    expect(await kept(db, "names/changyuan")).toBeUndefined();
  });

  it("go when the server has them no more, unless they were typed here", () => {
    const here = { 1: { name: "a", typed: false }, 2: { name: "b", typed: true } };
    expect(merged(here, { 3: { name: "c", typed: false } })).toEqual({
      2: { name: "b", typed: true },
      3: { name: "c", typed: false },
    });
    expect(withTyped(here, 2, "")).toEqual({ 1: { name: "a", typed: false } });
  });
});

describe("the calendar", () => {
  it("has the days of a month, also of a leap year's February", () => {
    expect(daysOf("2028-02-01")).toHaveLength(29);
    expect(daysOf("2026-12-01").pop()).toBe("2026-12-31");
    expect(monthStart("2026-12-15", 1)).toBe("2027-01-01");
  });

  it("says of each day whether milk was served, and why not", () => {
    const facts = {
      schoolDays: ["2026-10-08", "2026-10-09", "2026-10-12", "2026-10-13"],
      terms: [
        {
          firstDay: "2026-09-01",
          lastDay: "2026-10-20",
          holidays: [{ firstDay: "2026-10-01", lastDay: "2026-10-07", name: "国庆节" }],
        },
      ],
      served: [
        { day: "2026-10-08", records: 6, children: 60, servedG: 1500 },
        { day: "2026-10-09", records: 2, children: 20, servedG: 500 },
      ],
    };
    const days = calendarDays(facts, "2026-10-01", "2026-10-13", 6);
    const kindOf = (day: string) => days.find((each) => each.day === day)?.kind;
    expect(kindOf("2026-10-01")).toBe("holiday");
    expect(days[0]?.holiday).toBe("国庆节");
    expect(kindOf("2026-10-08")).toBe("served");
    expect(kindOf("2026-10-09")).toBe("partly");
    expect(kindOf("2026-10-10")).toBe("free");
    expect(kindOf("2026-10-12")).toBe("missing");
    expect(kindOf("2026-10-13")).toBe("coming");
    expect(kindOf("2026-10-21")).toBe("unknown");
  });
});

describe("growth", () => {
  it("compares the first round of measuring with the last", () => {
    expect(roundsOf([])).toBeUndefined();
    expect(roundsOf(["2026-03-01", "2026-03-05"])).toBeUndefined();
    expect(roundsOf(["2026-09-10", "2025-09-02", "2025-09-03", "2026-03-01"])).toEqual([
      { fromDay: "2025-09-02", toDay: "2025-09-03" },
      { fromDay: "2026-09-10", toDay: "2026-09-10" },
    ]);
  });

  it("says nothing of a group below 10", () => {
    const [height] = indicatorsOf({
      heightForAge: { first: { children: "12", meanMilli: "-900" }, second: {} },
    });
    expect(height?.first).toMatchObject({ children: 12, mean: -0.9 });
    expect(height?.second).toBeUndefined();
  });
});

describe("a photo", () => {
  it("keeps its proportion when it is made smaller, and is never made larger", () => {
    expect(fitted(4000, 3000, 1280)).toEqual([1280, 960]);
    expect(fitted(300, 200, 1280)).toEqual([300, 200]);
  });
});
