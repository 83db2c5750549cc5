// Every gram of one lot as flows between places and ends. Pure figures; they add up to the
// lot's position, for each place's own gap goes to what is no longer there or was found there.
import { int } from "../format/format";
import type { TraceLotResponseJson } from "../gen/milkway/trace/v1/trace_pb";
import type { SankeyFlow as Flow, SankeyNode } from "../ui/sankey";

/** Ends that are no places. */
export const kEnds = ["bought", "found", "served", "here", "way", "gone"] as const;
export type End = (typeof kEnds)[number];

const kColors: Record<End | "place", string> = {
  place: "#1f5f8b",
  bought: "#1f5f8b",
  found: "#1f5f8b",
  served: "#1d6b3a",
  here: "#7a4d00",
  way: "#7a4d00",
  gone: "#a4262c",
};

/** The node of an end: no id of a place has a colon. */
export const endId = (end: End) => `end:${end}`;

/** Flows summed by their two ends. */
class Flows {
  private readonly sums = new Map<string, Flow>();

  add(from: string, to: string, value: number): void {
    if (value === 0) return;
    // What came back counts against what went.
    const back = this.sums.get(`${to}/${from}`);
    if (back !== undefined) {
      back.value -= value;
      return;
    }
    const key = `${from}/${to}`;
    const flow = this.sums.get(key) ?? { from, to, value: 0 };
    flow.value += value;
    this.sums.set(key, flow);
  }

  all(): Flow[] {
    return [...this.sums.values()].flatMap((flow) => {
      if (flow.value === 0) return [];
      return flow.value > 0 ? [flow] : [{ from: flow.to, to: flow.from, value: -flow.value }];
    });
  }

  /** What came to a node less what left it. */
  gap(id: string): number {
    return this.all().reduce((sum, flow) => {
      if (flow.to === id) return sum + flow.value;
      return flow.from === id ? sum - flow.value : sum;
    }, 0);
  }
}

function addShipments(flows: Flows, answer: TraceLotResponseJson, lotId: string): void {
  for (const shipment of answer.shipments ?? []) {
    const line = (shipment.lots ?? []).find((each) => each.lotId === lotId);
    if (line === undefined) continue;
    const origin = shipment.originId ?? "";
    const arrived = int(line.receivedG) + int(line.damagedG);
    flows.add(origin, endId("way"), int(line.inTransitG));
    flows.add(origin, endId("gone"), int(line.missingG));
    flows.add(origin, shipment.destinationId ?? "", arrived - int(line.overG));
    flows.add(endId("found"), shipment.destinationId ?? "", int(line.overG));
  }
}

/** The flows of a lot that was bought to `boughtAt`. */
export function traceFlows(answer: TraceLotResponseJson, lotId: string, boughtAt: string): Flow[] {
  const flows = new Flows();
  const position = (answer.positions ?? []).find((each) => each.lotId === lotId);
  flows.add(endId("bought"), boughtAt, int(position?.purchasedG));
  addShipments(flows, answer, lotId);
  for (const each of answer.stock ?? []) {
    if (each.lotId !== lotId) continue;
    const held = int(each.usableG) + int(each.quarantinedG) + int(each.damagedG);
    flows.add(each.locationId ?? "", endId("here"), held);
  }
  for (const each of answer.schools ?? []) {
    flows.add(each.schoolId ?? "", endId("served"), int(each.servedG));
  }
  const ids = new Set(flows.all().flatMap((flow) => [flow.from, flow.to]));
  for (const id of ids) {
    if (id.startsWith("end:")) continue;
    const gap = flows.gap(id);
    if (gap > 0) flows.add(id, endId("gone"), gap);
    else flows.add(endId("found"), id, -gap);
  }
  return flows.all();
}

/** Column of each node: the longest way to it from where something begins; ends are last. */
function columnsOf(ids: string[], flows: Flow[]): Map<string, number> {
  const columns = new Map(ids.map((id): [string, number] => [id, 0]));
  const of = (id: string) => columns.get(id) ?? 0;
  // A way visits no node twice, so that it ends even where milk went round in a circle.
  for (let round = 1; round < ids.length; round++) {
    for (const { from, to } of flows) {
      columns.set(to, Math.max(of(to), Math.min(of(from) + 1, ids.length - 1)));
    }
  }
  const last = Math.max(...columns.values());
  for (const end of kEnds) {
    if (end !== "bought" && end !== "found" && columns.has(endId(end))) {
      columns.set(endId(end), last);
    }
  }
  return columns;
}

/** The nodes of flows, with the names of ends and of places. */
export function nodesOf(flows: Flow[], labelOf: (id: string) => string): SankeyNode[] {
  const ids = [...new Set(flows.flatMap((flow) => [flow.from, flow.to]))];
  const columns = columnsOf(ids, flows);
  return ids.map((id) => ({
    id,
    label: labelOf(id),
    column: columns.get(id) ?? 0,
    color: kColors[endOf(id) ?? "place"],
  }));
}

/** The end that a node is; undefined for a place. */
export function endOf(id: string): End | undefined {
  return kEnds.find((end) => endId(end) === id);
}

/** What goes through a node. */
export function throughOf(flows: Flow[], id: string): number {
  const sum = (side: "from" | "to") =>
    flows.reduce((all, flow) => (flow[side] === id ? all + flow.value : all), 0);
  return Math.max(sum("from"), sum("to"));
}

/** What came in of a lot's position less all that it became: 0 if it adds up. */
export function positionGap(position: NonNullable<TraceLotResponseJson["positions"]>[number]) {
  const came = int(position.purchasedG) + int(position.foundG);
  const became =
    int(position.usableG) +
    int(position.quarantinedG) +
    int(position.damagedG) +
    int(position.inTransitG) +
    int(position.servedG) +
    int(position.lostG) +
    int(position.destroyedG) +
    int(position.returnedG);
  return came - became;
}
