// What a school's phone knows of the server: read as a whole, kept for work without a network.
import { call, callAll, serverNow } from "../connect/call";
import {
  calendar,
  catalog,
  distributions,
  purchases,
  schools,
  shipments,
  stock,
} from "../connect/services";
import { addDays, dayIn, int } from "../format/format";
import type { RecordedDistributionJson } from "../gen/milkway/consumption/v1/distributions_pb";
import type { LotJson } from "../gen/milkway/inventory/v1/purchases_pb";
import type { ShipmentJson } from "../gen/milkway/shipments/v1/shipments_pb";
import { keepFor } from "./database";
import { type KnownRecords, snapshotName } from "./outbox";

/** A child of the roster, by number only. */
export interface Pupil {
  number: number;
  className: string;
  /** False: the child is not given milk. Why is not kept on the phone. */
  drinks: boolean;
}

/** Milk of one lot. */
export interface StockLine {
  lotId: string;
  nameZh: string;
  nameEn: string;
  lotNumber: string;
  /** The last day, "YYYY-MM-DD". */
  expiresOn: string;
  packG: number;
  /** Usable at the school as the books have it. */
  usableG: number;
  /** Powder in one child's cup. */
  servingG: number;
}

/** A lot of a shipment on its way. */
export interface DeliveryLine {
  lotId: string;
  nameZh: string;
  nameEn: string;
  lotNumber: string;
  expiresOn: string;
  packG: number;
  servingG: number;
  /** Packs that have neither arrived nor been given up. */
  packs: number;
}

/** A shipment on its way to the school. */
export interface Delivery {
  shipmentId: string;
  carrier: string;
  /** "YYYY-MM-DD" or empty. */
  expectedOn: string;
  lines: DeliveryLine[];
}

/** Who drank of one lot. */
export interface DrankLine {
  lotId: string;
  servingG: number;
  numbers: number[];
}

/** A class record that the server has. */
export interface Recorded {
  distributionId: string;
  day: string;
  className: string;
  session: string;
  revision: number;
  lines: DrankLine[];
  /** How many drank as it said before it was corrected last; undefined if it was not. */
  earlierCount?: number;
}

/** All that a phone knows of one school. */
export interface Snapshot extends KnownRecords {
  schoolId: string;
  nameZh: string;
  nameEn: string;
  /** IANA time zone. */
  timeZone: string;
  /** When it was read, by the server's clock, milliseconds since 1970-01-01 UTC. */
  readAt: number;
  pupils: Pupil[];
  stock: StockLine[];
  deliveries: Delivery[];
  recorded: Recorded[];
}

/** Records of so many days are kept. */
const kDaysBack = 14;

/** The natural key of a class record. */
export function distributionKey(
  schoolId: string,
  day: string,
  className: string,
  session: string,
): string {
  return `distribution/${schoolId}/${day}/${className}/${session}`;
}

function recordedOf(json: RecordedDistributionJson): Recorded {
  const revisions = json.revisions ?? [];
  const drankOf = (lines: (typeof revisions)[number]["lines"]): DrankLine[] =>
    (lines ?? []).map((line) => ({
      lotId: line.lotId ?? "0",
      servingG: int(line.servingG),
      numbers: (line.studentNumbers ?? []) as number[],
    }));
  const countOf = (lines: DrankLine[]) => lines.reduce((sum, line) => sum + line.numbers.length, 0);
  const before = revisions[revisions.length - 2];
  return {
    distributionId: json.distributionId ?? "0",
    day: json.distribution?.servedOn ?? "",
    className: json.distribution?.className ?? "",
    session: json.distribution?.session ?? "daily",
    revision: revisions[revisions.length - 1]?.revision ?? 1,
    lines: drankOf(json.distribution?.lines),
    ...(before === undefined ? {} : { earlierCount: countOf(drankOf(before.lines)) }),
  };
}

/** Packs of each lot that are still on their way. */
function packsUnderWay(shipment: ShipmentJson, lotId: string, packG: number): number {
  const status = shipment.lineStatuses?.find((each) => each.lotId === lotId);
  return packG === 0 ? 0 : Math.floor(int(status?.inTransitG) / packG);
}

interface Names {
  nameZh: string;
  nameEn: string;
  servingG: number;
}

function deliveryOf(
  shipment: ShipmentJson,
  lots: Map<string, LotJson>,
  namesOf: (productId: string | undefined) => Names,
): Delivery {
  const lines = (shipment.lines ?? []).map((line) => {
    const lotId = line.lotId ?? "0";
    const lot = lots.get(lotId);
    const packG = int(lot?.packWeightG);
    return {
      lotId,
      ...namesOf(lot?.productId),
      lotNumber: lot?.lotNumber ?? lotId,
      expiresOn: lot?.expiresOn ?? "",
      packG,
      packs: packsUnderWay(shipment, lotId, packG),
    };
  });
  return {
    shipmentId: shipment.shipmentId ?? "",
    carrier: shipment.carrier ?? "",
    expectedOn: shipment.expectedOn ?? "",
    lines: lines.filter((line) => line.packs > 0),
  };
}

async function readUnderWay(schoolId: string): Promise<ShipmentJson[]> {
  const inState = (state: "SHIPMENT_STATE_DISPATCHED" | "SHIPMENT_STATE_PARTLY_RECEIVED") =>
    callAll(shipments, "listShipments", { destinationId: schoolId, state }, (r) => r.shipments);
  const both = await Promise.all([
    inState("SHIPMENT_STATE_DISPATCHED"),
    inState("SHIPMENT_STATE_PARTLY_RECEIVED"),
  ]);
  return both.flat();
}

async function readLots(of: ShipmentJson[]): Promise<Map<string, LotJson>> {
  const ids = new Set(of.flatMap((each) => (each.lines ?? []).map((line) => line.lotId ?? "0")));
  if (ids.size === 0) return new Map();
  const answer = await call(purchases, "getLots", { lotIds: [...ids] });
  return new Map((answer.lots ?? []).map((lot) => [lot.lotId ?? "0", lot]));
}

/** Powder for one cup by the school's policy on `day`; 0 if it has none. */
async function readServing(schoolId: string, day: string): Promise<number> {
  const all = await callAll(calendar, "listServingPolicies", { schoolId }, (r) => r.policies);
  const holding = all.filter((policy) => (policy.fromDay ?? "") <= day);
  return int(holding[holding.length - 1]?.servingG);
}

function pupilsOf(schoolId: string): Promise<Pupil[]> {
  return callAll(schools, "listStudents", { schoolId, onlyEnrolled: true }, (r) =>
    (r.students ?? []).map((student) => ({
      number: student.studentNumber as number,
      className: student.className ?? "",
      drinks: student.exclusion === undefined,
    })),
  );
}

/** Reads everything of a school from the server. Fails with a CallError. */
export async function readSnapshot(schoolId: string): Promise<Snapshot> {
  const readAt = serverNow();
  const { school } = await call(schools, "getSchool", { schoolId });
  const timeZone = school?.timeZone ?? "Asia/Shanghai";
  const today = dayIn(timeZone, readAt);
  const [pupils, policyG, products, sheet, underWay, records] = await Promise.all([
    pupilsOf(schoolId),
    readServing(schoolId, today),
    callAll(catalog, "listProducts", {}, (r) => r.products),
    callAll(stock, "getCountSheet", { locationId: schoolId, withExpected: true }, (r) => r.lines),
    readUnderWay(schoolId),
    callAll(
      distributions,
      "listDistributions",
      { schoolId, fromDay: addDays(today, -kDaysBack) },
      (r) => r.distributions,
    ),
  ]);
  const lots = await readLots(underWay);
  const namesOf = (productId: string | undefined): Names => {
    const product = products.find((each) => each.productId === productId);
    return {
      nameZh: product?.nameZh ?? productId ?? "",
      nameEn: product?.nameEn ?? productId ?? "",
      servingG: policyG > 0 ? policyG : int(product?.servingG),
    };
  };
  // A record that was withdrawn stands without lines: the class may be recorded again.
  const recorded = records.map(recordedOf).filter((each) => each.lines.length > 0);
  return {
    schoolId,
    nameZh: school?.nameZh ?? schoolId,
    nameEn: school?.nameEn ?? schoolId,
    timeZone,
    readAt,
    pupils,
    stock: sheet.map((line) => ({
      lotId: line.lotId ?? "0",
      ...namesOf(line.productId),
      lotNumber: line.lotNumber ?? "",
      expiresOn: line.expiresOn ?? "",
      packG: int(line.packWeightG),
      usableG: int(line.expectedG),
    })),
    deliveries: underWay.map((each) => deliveryOf(each, lots, namesOf)),
    recorded,
    recordedKeys: recorded.map((each) =>
      distributionKey(schoolId, each.day, each.className, each.session),
    ),
  };
}

/** Reads a school and keeps what was read. Fails with a CallError. */
export async function refreshSnapshot(
  db: IDBDatabase,
  personId: string,
  schoolId: string,
): Promise<void> {
  await keepFor(db, personId, snapshotName(schoolId), await readSnapshot(schoolId));
}
