// On which days of a month milk was drunk, and why not on the others.
import { call, callAll } from "../connect/call";
import { calendar, summaries } from "../connect/services";
import { addDays, int } from "../format/format";
import type { TermJson } from "../gen/milkway/consumption/v1/calendar_pb";

/** What is to be said of a day. */
export type DayKind =
  /** All classes have a record. */
  | "served"
  /** Some classes have one. */
  | "partly"
  /** A school day that is over and has no record. */
  | "missing"
  | "holiday"
  /** In a term, but no school day: a weekend. */
  | "free"
  /** In no term: nothing is known of it. */
  | "unknown"
  /** A school day that is today or comes. */
  | "coming";

export interface CalendarDay {
  day: string;
  kind: DayKind;
  /** Of a holiday: its name. */
  holiday: string;
  records: number;
  children: number;
  servedG: number;
}

/** What the server knows of a month. */
export interface MonthFacts {
  schoolDays: string[];
  terms: TermJson[];
  served: { day: string; records: number; children: number; servedG: number }[];
}

/** The first day of the month `months` after that of `day`. */
export function monthStart(day: string, months = 0): string {
  const at = new Date(`${day.slice(0, 7)}-01T00:00:00Z`);
  at.setUTCMonth(at.getUTCMonth() + months);
  return at.toISOString().slice(0, 10);
}

/** The days of the month that starts on `first`. */
export function daysOf(first: string): string[] {
  const count = new Date(Date.parse(monthStart(first, 1)) - 1).getUTCDate();
  return Array.from({ length: count }, (_, i) => addDays(first, i));
}

/** Reads a month of a school. Fails with a CallError. */
export async function readMonth(schoolId: string, first: string): Promise<MonthFacts> {
  const last = addDays(monthStart(first, 1), -1);
  const range = { schoolId, fromDay: first, toDay: last };
  const [dates, terms, served] = await Promise.all([
    call(calendar, "listSchoolDates", range),
    callAll(calendar, "listTerms", { schoolId }, (r) => r.terms),
    callAll(summaries, "listServedDays", range, (r) => r.days),
  ]);
  return {
    schoolDays: dates.schoolDays ?? [],
    terms,
    served: served.map((each) => ({
      day: each.day ?? "",
      records: int(each.classRecords),
      children: int(each.children),
      servedG: int(each.servedG),
    })),
  };
}

function within(day: string, range: { firstDay?: string; lastDay?: string }): boolean {
  return (range.firstDay ?? "") <= day && day <= (range.lastDay ?? "");
}

function kindWithoutRecord(day: string, facts: MonthFacts, today: string): DayKind {
  const term = facts.terms.find((each) => within(day, each));
  if (facts.schoolDays.includes(day)) return day < today ? "missing" : "coming";
  if (term === undefined) return "unknown";
  return term.holidays?.some((each) => within(day, each)) ? "holiday" : "free";
}

/** The days of a month. `classes`: how many classes the school has now. */
export function calendarDays(
  facts: MonthFacts,
  first: string,
  today: string,
  classes: number,
): CalendarDay[] {
  return daysOf(first).map((day) => {
    const served = facts.served.find((each) => each.day === day);
    const holidays = facts.terms.flatMap((term) => term.holidays ?? []);
    const full = served !== undefined && served.records >= classes;
    const kind = served === undefined ? kindWithoutRecord(day, facts, today) : undefined;
    return {
      day,
      kind: kind ?? (full ? "served" : "partly"),
      holiday: holidays.find((each) => within(day, each))?.name ?? "",
      records: served?.records ?? 0,
      children: served?.children ?? 0,
      servedG: served?.servedG ?? 0,
    };
  });
}
