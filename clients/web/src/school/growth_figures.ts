// How the children of a school grew between two rounds of measuring, against WHO's reference.
import { call, callAll } from "../connect/call";
import { measurements } from "../connect/services";
import { addDays, int } from "../format/format";
import type {
  GetGrowthSummaryResponseJson,
  MeanZJson,
} from "../gen/milkway/consumption/v1/measurements_pb";

/** Days of a round of measuring lie no further apart, and the server takes no more. */
const kRoundDays = 92;

/** A round of measuring: its first and its last day. */
export interface Round {
  fromDay: string;
  toDay: string;
}

/** A mean of z-scores with its 95 % interval. */
export interface Mean {
  children: number;
  mean: number;
  low: number;
  high: number;
}

/** One indicator; undefined where it stands for fewer than 10 children. */
export interface Indicator {
  name: "heightForAge" | "weightForAge" | "bmiForAge";
  first: Mean | undefined;
  second: Mean | undefined;
  change: Mean | undefined;
}

/** The first and the last round of the days on which somebody was measured. */
export function roundsOf(days: string[]): [Round, Round] | undefined {
  const sorted = [...new Set(days)].sort();
  const [fromDay, toDay] = [sorted[0], sorted[sorted.length - 1]];
  if (fromDay === undefined || toDay === undefined) return undefined;
  const first = sorted.filter((each) => each < addDays(fromDay, kRoundDays));
  const second = sorted.filter((each) => each > addDays(toDay, -kRoundDays));
  const from = second.find((each) => !first.includes(each));
  if (from === undefined) return undefined;
  return [
    { fromDay, toDay: first[first.length - 1] ?? fromDay },
    { fromDay: from, toDay },
  ];
}

function meanOf(json: MeanZJson | undefined): Mean | undefined {
  if (json === undefined || int(json.children) === 0) return undefined;
  return {
    children: int(json.children),
    mean: int(json.meanMilli) / 1000,
    low: int(json.lowMilli) / 1000,
    high: int(json.highMilli) / 1000,
  };
}

export function indicatorsOf(answer: GetGrowthSummaryResponseJson): Indicator[] {
  const of = (name: Indicator["name"]): Indicator => ({
    name,
    first: meanOf(answer[name]?.first),
    second: meanOf(answer[name]?.second),
    change: meanOf(answer[name]?.change),
  });
  return [of("heightForAge"), of("weightForAge"), of("bmiForAge")];
}

/** What is known of the growth of a school; no rounds: measured fewer than twice. */
export interface GrowthFacts {
  rounds?: [Round, Round];
  indicators: Indicator[];
}

/** Reads it. Fails with a CallError. */
export async function readGrowth(schoolId: string): Promise<GrowthFacts> {
  const all = await callAll(measurements, "listMeasurements", { schoolId }, (r) => r.measurements);
  const rounds = roundsOf(all.map((each) => each.measuredOn ?? ""));
  if (rounds === undefined) return { indicators: [] };
  const [first, second] = rounds;
  const answer = await call(measurements, "getGrowthSummary", { schoolId, first, second });
  return { rounds, indicators: indicatorsOf(answer) };
}
