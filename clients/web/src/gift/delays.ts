// Why milk came later than it was to come, as far as the journey tells.
import type { JourneyStepJson } from "../gen/milkway/impact/v1/statements_pb";

/** Customs kept a shipment; `to` is empty while they still do. */
export interface Held {
  kind: "held";
  from: string;
  to: string;
  days: number;
}

/** A shipment's day has passed. */
export interface Late {
  kind: "late";
  days: number;
  /** Some of it has arrived. */
  part: boolean;
  /** The day by which nine of ten such shipments had arrived; may be empty. */
  mostBy: string;
}

export type Delay = Held | Late;

/** Days from one day to another, both "YYYY-MM-DD". */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}

function shipmentsOf(steps: JourneyStepJson[]): JourneyStepJson[][] {
  const groups = new Map<string, JourneyStepJson[]>();
  for (const step of steps) {
    const id = step.shipmentId ?? "";
    if (id !== "") groups.set(id, [...(groups.get(id) ?? []), step]);
  }
  return [...groups.values()];
}

/** What customs did with a shipment; its steps are in order. */
function heldOf(steps: JourneyStepJson[], today: string): Held | undefined {
  const at = steps.findIndex((step) => step.milestone === "MILESTONE_KIND_CUSTOMS_HELD");
  const from = steps[at]?.on;
  if (from === undefined) return undefined;
  const ended = steps
    .slice(at + 1)
    .find((step) => !step.expected && step.milestone !== "MILESTONE_KIND_CUSTOMS_HELD");
  const to = ended?.on ?? "";
  return { kind: "held", from, to, days: daysBetween(from, to === "" ? today : to) };
}

function lateOf(steps: JourneyStepJson[], today: string): Late | undefined {
  const coming = steps.find((step) => step.expected && step.kind === "JOURNEY_STEP_KIND_ARRIVED");
  const on = coming?.on ?? "";
  if (on === "" || on >= today) return undefined;
  const part = steps.some((step) => !step.expected && step.kind === "JOURNEY_STEP_KIND_ARRIVED");
  return { kind: "late", days: daysBetween(on, today), part, mostBy: coming?.lateOn ?? "" };
}

/** The delays of a journey, each shipment's once; `today` is "YYYY-MM-DD". */
export function delaysOf(steps: JourneyStepJson[], today: string): Delay[] {
  return shipmentsOf(steps).flatMap((of) =>
    [heldOf(of, today), lateOf(of, today)].filter((delay) => delay !== undefined),
  );
}
