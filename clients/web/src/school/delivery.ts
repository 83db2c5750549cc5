// What arrived of a shipment, as the school saw it, and what a count of the store showed.
import { pathOf } from "../connect/call";
import { shipments, stock } from "../connect/services";
import { zonedTime } from "../format/format";
import type { RecordCountsRequestJson } from "../gen/milkway/inventory/v1/stock_pb";
import type { DamageReasonJson } from "../gen/milkway/shipments/v1/kinds_pb";
import type { RecordReceiptRequestJson } from "../gen/milkway/shipments/v1/shipments_pb";
import type { Recorder } from "./class_day";
import type { Draft } from "./outbox";
import type { Delivery, Snapshot } from "./snapshot";

/** What is wrong with packs of one lot; all others arrived good. */
export interface Trouble {
  damaged: number;
  missing: number;
  /** Packs beyond what was on its way. */
  over: number;
  reason: DamageReasonJson;
}

export const kNoTrouble: Trouble = {
  damaged: 0,
  missing: 0,
  over: 0,
  reason: "DAMAGE_REASON_UNSPECIFIED",
};

/** Good packs of a lot of which `packs` were on their way; never below 0. */
export function goodPacks(packs: number, trouble: Trouble): number {
  return Math.max(0, packs - trouble.damaged - trouble.missing) + trouble.over;
}

/** The receipt of a delivery. `troubles` are by lot; a lot without one arrived whole. */
export function receiptDraft(
  by: Recorder,
  delivery: Delivery,
  troubles: Record<string, Trouble>,
  note: string,
  receiptId: string,
  atMs: number,
  photos: ArrayBuffer[],
): Draft {
  const lines = delivery.lines.map((line) => {
    const trouble = troubles[line.lotId] ?? kNoTrouble;
    return {
      lotId: line.lotId,
      receivedPacks: String(goodPacks(line.packs, trouble)),
      damagedPacks: String(trouble.damaged),
      missingPacks: String(trouble.missing),
      ...(trouble.damaged > 0 ? { damageReason: trouble.reason } : {}),
    };
  });
  const request: Omit<RecordReceiptRequestJson, "requestId"> = {
    receipt: {
      receiptId,
      shipmentId: delivery.shipmentId,
      destinationId: by.schoolId,
      receivedAt: zonedTime(atMs),
      lines,
      note,
    },
  };
  const under = delivery.lines.reduce((sum, line) => sum + line.packs, 0);
  return {
    ...by,
    kind: "receipt",
    // What is under way changes with each receipt, so that the next one is another.
    naturalKey: receiptKey(delivery),
    path: pathOf(shipments.name, "recordReceipt"),
    request,
    title: delivery.shipmentId,
    amount: under,
    photos: { path: photoPath(receiptId, by.schoolId), images: photos },
  };
}

/** Where photos of a receipt are sent. */
function photoPath(receiptId: string, schoolId: string): string {
  return `/photos?receipt=${encodeURIComponent(receiptId)}&place=${encodeURIComponent(schoolId)}`;
}

/** The natural key of the receipt of what is under way now. */
export function receiptKey(delivery: Delivery): string {
  const under = delivery.lines.map((line) => `${line.lotId}:${line.packs}`).join(",");
  return `receipt/${delivery.shipmentId}/${under}`;
}

/** What was counted of one lot. */
export interface Counted {
  /** Full packs. */
  packs: number;
  /** What is in opened packs, in grams. */
  looseG: number;
}

/** The natural key of a count: one for each time that the books were read. */
export function countKey(snapshot: Snapshot): string {
  return `count/${snapshot.schoolId}/${snapshot.readAt}`;
}

/** A count of the store, of the lots that are in `counted`. */
export function countDraft(
  by: Recorder,
  snapshot: Snapshot,
  counted: Record<string, Counted>,
  afterServing: boolean,
  atMs: number,
): Draft {
  const countedAt = zonedTime(atMs);
  const counts = snapshot.stock.flatMap((line) => {
    const found = counted[line.lotId];
    if (found === undefined) return [];
    return {
      locationId: by.schoolId,
      countedAt,
      lotId: line.lotId,
      countedG: String(found.packs * line.packG + found.looseG),
      afterServing,
    };
  });
  const request: Omit<RecordCountsRequestJson, "requestId"> = {
    locationId: by.schoolId,
    counts,
  };
  return {
    ...by,
    kind: "count",
    naturalKey: countKey(snapshot),
    path: pathOf(stock.name, "recordCounts"),
    request,
    title: "",
    amount: counts.length,
  };
}
