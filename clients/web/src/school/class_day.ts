// What a class drank on a day: as the server has it, or as it is on its way there.

import { pathOf } from "../connect/call";
import { distributions } from "../connect/services";
import { int } from "../format/format";
import type {
  CorrectDistributionRequestJson,
  DistributionLineJson,
  RecordDistributionRequestJson,
  RecordDistributionResponseJson,
} from "../gen/milkway/consumption/v1/distributions_pb";
import type { RecordReceiptRequestJson } from "../gen/milkway/shipments/v1/shipments_pb";
import type { Draft, Entry } from "./outbox";
import { distributionKey, type Recorded, type Snapshot, type StockLine } from "./snapshot";

/** The only session that the page records. */
const kSession = "daily";

/** Where a class stands on a day. */
export interface ClassDay {
  className: string;
  day: string;
  /** Roster numbers of those who are given milk, in order. */
  pupils: number[];
  /** The entry that counts now: on its way, or delivered a moment ago. */
  entry?: Entry;
  /** What the server has; from its answer, before it is read again. */
  recorded?: Recorded;
  /** Who drank, as it stands now; empty if nothing is recorded. */
  drank: number[];
}

/** Classes of a school in the order in which people count: 2A before 10A. */
export function classNames(snapshot: Snapshot): string[] {
  const names = new Set(snapshot.pupils.map((pupil) => pupil.className));
  return [...names].sort((a, b) => a.localeCompare(b, "zh-CN", { numeric: true }));
}

function numbersOf(lines: DistributionLineJson[] | undefined): number[] {
  return (lines ?? []).flatMap((line) => (line.studentNumbers ?? []) as number[]);
}

function recordedByAnswer(entry: Entry, day: string, className: string): Recorded | undefined {
  if (entry.state !== "delivered" || entry.answer === undefined) return undefined;
  const answer = JSON.parse(entry.answer) as RecordDistributionResponseJson;
  const request = JSON.parse(entry.body) as RecordDistributionRequestJson;
  return {
    distributionId: answer.distributionId ?? "0",
    day,
    className,
    session: kSession,
    revision: 1,
    lines: (request.distribution?.lines ?? []).map((line) => ({
      lotId: line.lotId ?? "0",
      servingG: int(line.servingG),
      numbers: (line.studentNumbers ?? []) as number[],
    })),
  };
}

/** The natural key of a correction: one for each version that it replaces. */
function correctionKey(schoolId: string, recorded: Recorded): string {
  return `correction/${schoolId}/${recorded.distributionId}/${recorded.revision}`;
}

/** Where a class stands. `entries` are those of the outbox. */
export function classDay(
  snapshot: Snapshot,
  entries: Entry[],
  className: string,
  day: string,
): ClassDay {
  const key = distributionKey(snapshot.schoolId, day, className, kSession);
  const pupils = snapshot.pupils
    .filter((pupil) => pupil.className === className && pupil.drinks)
    .map((pupil) => pupil.number);
  const first = entries.find((each) => each.naturalKey === key);
  const recorded =
    snapshot.recorded.find(
      (each) => each.day === day && each.className === className && each.session === kSession,
    ) ?? (first === undefined ? undefined : recordedByAnswer(first, day, className));
  if (recorded === undefined) {
    const drank = first === undefined ? [] : numbersOf(bodyLines(first));
    return { className, day, pupils, drank, ...(first && { entry: first }) };
  }
  const correction = entries.find(
    (each) => each.naturalKey === correctionKey(snapshot.schoolId, recorded),
  );
  // A refused one stays until its person has seen that something else stands.
  const entry = correction ?? first;
  const drank =
    correction === undefined || correction.state === "refused"
      ? recorded.lines.flatMap((line) => line.numbers)
      : numbersOf((JSON.parse(correction.body) as CorrectDistributionRequestJson).lines);
  return { className, day, pupils, recorded, drank, ...(entry && { entry }) };
}

function bodyLines(entry: Entry): DistributionLineJson[] | undefined {
  return (JSON.parse(entry.body) as RecordDistributionRequestJson).distribution?.lines;
}

/** Stock as it will be once everything on this phone has arrived at the server. */
export function stockAhead(snapshot: Snapshot, entries: Entry[]): StockLine[] {
  const lines = new Map(snapshot.stock.map((line) => [line.lotId, { ...line }]));
  for (const entry of entries) {
    if (entry.state === "refused") continue;
    if (entry.kind === "receipt") addReceipt(snapshot, entry, lines);
    if (entry.kind !== "distribution") continue;
    for (const drank of bodyLines(entry) ?? []) {
      const line = lines.get(drank.lotId ?? "0");
      const used = int(drank.servingG) * (drank.studentNumbers ?? []).length;
      if (line !== undefined) line.usableG = Math.max(0, line.usableG - used);
    }
  }
  return [...lines.values()];
}

function addReceipt(snapshot: Snapshot, entry: Entry, lines: Map<string, StockLine>): void {
  const { receipt } = JSON.parse(entry.body) as RecordReceiptRequestJson;
  const delivery = snapshot.deliveries.find((each) => each.shipmentId === receipt?.shipmentId);
  for (const came of receipt?.lines ?? []) {
    const known = delivery?.lines.find((line) => line.lotId === came.lotId);
    if (known === undefined) continue;
    const { packs: _, ...lot } = known;
    const before = lines.get(known.lotId)?.usableG ?? 0;
    lines.set(known.lotId, { ...lot, usableG: before + int(came.receivedPacks) * known.packG });
  }
}

/**
 * The lines of a record: what expires first is drunk first, and a child drinks of one lot.
 * The last lot is said to have served whoever is left: the server refuses what its books
 * lack. Undefined if the school has no milk that may be drunk on that day.
 */
export function linesFor(
  stock: StockLine[],
  numbers: number[],
  day: string,
): DistributionLineJson[] | undefined {
  const usable = stock
    .filter((line) => line.usableG > 0 && line.servingG > 0 && line.expiresOn >= day)
    .sort((a, b) => a.expiresOn.localeCompare(b.expiresOn) || Number(a.lotId) - Number(b.lotId));
  if (usable.length === 0) return undefined;
  const lines: DistributionLineJson[] = [];
  let rest = numbers;
  usable.forEach((lot, i) => {
    const last = i === usable.length - 1;
    const cups = last ? rest.length : Math.floor(lot.usableG / lot.servingG);
    const drinking = rest.slice(0, cups);
    rest = rest.slice(cups);
    if (drinking.length === 0) return;
    lines.push({
      lotId: lot.lotId,
      servingG: String(lot.servingG),
      studentNumbers: drinking,
    });
  });
  return lines;
}

/** Whose record something is. */
export interface Recorder {
  personId: string;
  schoolId: string;
}

/** A new record of a class: `absent` are those of its pupils who did not drink. */
export function recordDraft(
  by: Recorder,
  of: ClassDay,
  absent: number[],
  lines: DistributionLineJson[],
): Draft {
  const request: Omit<RecordDistributionRequestJson, "requestId"> = {
    distribution: {
      schoolId: by.schoolId,
      servedOn: of.day,
      className: of.className,
      lines,
      absentNumbers: absent,
    },
  };
  return {
    ...by,
    kind: "distribution",
    naturalKey: distributionKey(by.schoolId, of.day, of.className, kSession),
    path: pathOf(distributions.name, "recordDistribution"),
    request,
    title: of.className,
    amount: of.pupils.length - absent.length,
  };
}

/**
 * A correction of a record: those of `numbers` drank, of the lots that the record names, as
 * many of each as before while they last. None: it never happened.
 */
export function correctionDraft(
  by: Recorder,
  of: ClassDay,
  recorded: Recorded,
  numbers: number[],
  reason: string,
): Draft {
  const lines: DistributionLineJson[] = [];
  let rest = numbers;
  recorded.lines.forEach((line, i) => {
    const last = i === recorded.lines.length - 1;
    const drinking = last ? rest : rest.slice(0, line.numbers.length);
    rest = rest.slice(drinking.length);
    if (drinking.length === 0) return;
    lines.push({
      lotId: line.lotId,
      servingG: String(line.servingG),
      studentNumbers: drinking,
    });
  });
  const absent = of.pupils.filter((number) => !numbers.includes(number));
  const request: Omit<CorrectDistributionRequestJson, "requestId"> = {
    schoolId: by.schoolId,
    distributionId: recorded.distributionId,
    revision: recorded.revision,
    lines,
    reason,
    ...(lines.length > 0 ? { absentNumbers: absent } : {}),
  };
  return {
    ...by,
    kind: "correction",
    naturalKey: correctionKey(by.schoolId, recorded),
    path: pathOf(distributions.name, "correctDistribution"),
    request,
    title: of.className,
    amount: numbers.length,
  };
}

/** A refused record once more: it was served, whatever the books lack. */
export function insistingDraft(entry: Entry, discrepancyReason: string): Draft {
  const { personId, schoolId, kind, naturalKey, path, title, amount } = entry;
  const { requestId: _, ...refused } = JSON.parse(entry.body) as RecordDistributionRequestJson;
  const request = { ...refused, discrepancyReason };
  return { personId, schoolId, kind, naturalKey, path, request, title, amount };
}
