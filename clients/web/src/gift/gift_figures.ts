// What a gift's page shows, out of its statement and journey.
import { int } from "../format/format";
import type { GiftStatementJson, JourneyStepJson } from "../gen/milkway/impact/v1/statements_pb";

/** Where the grams of a gift are. served + lost + returned + remaining = funded. */
export interface Grams {
  funded: number;
  served: number;
  lost: number;
  returned: number;
  remaining: number;
}

/** Where a gram can be, in the order in which it is told. */
export const kParts = ["served", "lost", "returned", "remaining"] as const;
export type Part = (typeof kParts)[number];

export function gramsOf(statement: GiftStatementJson): Grams {
  const sum = { funded: 0, served: 0, lost: 0, returned: 0, remaining: 0 };
  for (const lot of statement.lots ?? []) {
    sum.funded += int(lot.fundedG);
    sum.served += int(lot.servedG);
    sum.lost += int(lot.lostG);
    sum.returned += int(lot.returnedG);
    sum.remaining += int(lot.remainingG);
  }
  return sum;
}

/** Shares are told in thousandths. */
const kShareUnits = 1000;

/**
 * The parts of the whole, each a number of thousandths, so that what is shown adds up to 100 %:
 * rounded down, and one more for those with the largest remainders.
 */
export function sharesOf(grams: Grams): Record<Part, number> {
  const shares = { served: 0, lost: 0, returned: 0, remaining: 0 };
  if (grams.funded === 0) return shares;
  const exact = kParts.map((part) => ({ part, units: (grams[part] * kShareUnits) / grams.funded }));
  for (const { part, units } of exact) shares[part] = Math.floor(units);
  const missing = kShareUnits - kParts.reduce((sum, part) => sum + shares[part], 0);
  exact.sort((a, b) => (b.units % 1) - (a.units % 1));
  for (const { part } of exact.slice(0, missing)) shares[part] += 1;
  for (const part of kParts) shares[part] /= kShareUnits;
  return shares;
}

/** How far the gift has come. */
export type GiftStatus = "received" | "bought" | "drinking" | "drunk";

export function statusOf(statement: GiftStatementJson): GiftStatus {
  const grams = gramsOf(statement);
  if (grams.funded === 0) return "received";
  if (grams.served === 0) return "bought";
  return grams.remaining === 0 ? "drunk" : "drinking";
}

/** A stop of the line that a donor sees. */
export interface Stop {
  kind: "bought" | "sent" | "passed" | "arrived" | "served" | "next" | "lost" | "back";
  /** The first and the last day of what is put together, "YYYY-MM-DD"; may be empty. */
  from: string;
  to: string;
  expected: boolean;
  grams: number;
  servings: number;
}

const kStopOf: Partial<Record<NonNullable<JourneyStepJson["kind"]>, Stop["kind"]>> = {
  JOURNEY_STEP_KIND_BOUGHT: "bought",
  JOURNEY_STEP_KIND_SENT: "sent",
  JOURNEY_STEP_KIND_PASSED: "passed",
  JOURNEY_STEP_KIND_RELEASED: "passed",
  JOURNEY_STEP_KIND_ARRIVED: "arrived",
  JOURNEY_STEP_KIND_SERVED: "served",
  JOURNEY_STEP_KIND_TOLD_NEXT: "next",
  JOURNEY_STEP_KIND_LOST: "lost",
  JOURNEY_STEP_KIND_SENT_BACK: "back",
};

/** The most stops of a line; what does not fit is left to the table. */
const kStopsMax = 6;
/** What is left out first when there are too many. */
const kLeftOut: Stop["kind"][] = ["passed", "back", "next"];

/** Of what each step tells all until then, of a lot at a school, only the last one counts. */
function lastServed(steps: JourneyStepJson[]): JourneyStepJson[] {
  const last = new Map<string, JourneyStepJson>();
  for (const step of steps) {
    if (step.kind === "JOURNEY_STEP_KIND_SERVED") last.set(`${step.lotId}/${step.place}`, step);
  }
  return [...last.values()];
}

function sumOf(kind: Stop["kind"], steps: JourneyStepJson[]): Stop {
  const days = steps.map((step) => step.on ?? "").sort();
  const counted = kind === "served" ? lastServed(steps) : steps;
  return {
    kind,
    from: days[0] ?? "",
    to: days[days.length - 1] ?? "",
    expected: steps[0]?.expected ?? false,
    grams: counted.reduce((sum, step) => sum + int(step.quantityG), 0),
    servings: counted.reduce((sum, step) => sum + int(step.servings), 0),
  };
}

/** A journey in a few stops: steps of one kind are put together. */
export function stopsOf(steps: JourneyStepJson[]): Stop[] {
  const groups = new Map<string, { kind: Stop["kind"]; steps: JourneyStepJson[] }>();
  for (const step of steps) {
    const kind = kStopOf[step.kind ?? "JOURNEY_STEP_KIND_UNSPECIFIED"];
    if (kind === undefined) continue;
    const key = `${kind}/${step.expected ?? false}`;
    const group = groups.get(key) ?? { kind, steps: [] };
    group.steps.push(step);
    groups.set(key, group);
  }
  const all = [...groups.values()]
    .map((group) => sumOf(group.kind, group.steps))
    .sort((a, b) => Number(a.expected) - Number(b.expected) || a.from.localeCompare(b.from));
  for (const kind of kLeftOut) {
    const at = all.findIndex((stop) => stop.kind === kind);
    if (all.length > kStopsMax && at >= 0) all.splice(at, 1);
  }
  return all.slice(0, kStopsMax);
}
