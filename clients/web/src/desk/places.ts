// Names of places and products, and the lots that a place holds.
import { call, callAll } from "../connect/call";
import { catalog, purchases, stock } from "../connect/services";
import { int } from "../format/format";
import type { LocationJson, ProductJson } from "../gen/milkway/inventory/v1/catalog_pb";
import type { LotJson } from "../gen/milkway/inventory/v1/purchases_pb";
import { language } from "../words/words";

/** Places and products by their ids. */
export interface Names {
  locations: LocationJson[];
  products: ProductJson[];
}

export async function readNames(): Promise<Names> {
  const [locations, products] = await Promise.all([
    callAll(catalog, "listLocations", {}, (r) => r.locations),
    callAll(catalog, "listProducts", {}, (r) => r.products),
  ]);
  return { locations, products };
}

/** The name of a place in the language that is shown; its id if it has none. */
export function placeName(names: Names, id: string | undefined): string {
  const place = names.locations.find((each) => each.locationId === id);
  return (language() === "zh" ? place?.nameZh : place?.nameEn) ?? id ?? "";
}

/** The name of a product in the language that is shown; its id if it has none. */
export function productName(names: Names, id: string | undefined): string {
  const product = names.products.find((each) => each.productId === id);
  return (language() === "zh" ? product?.nameZh : product?.nameEn) ?? id ?? "";
}

/** The server answers for at most this many lots at once. */
const kLotsAtOnce = 1000;

/** Lots by their ids, in their order. */
export async function readLots(lotIds: string[]): Promise<LotJson[]> {
  const lots: LotJson[] = [];
  for (let at = 0; at < lotIds.length; at += kLotsAtOnce) {
    const answer = await call(purchases, "getLots", { lotIds: lotIds.slice(at, at + kLotsAtOnce) });
    lots.push(...(answer.lots ?? []));
  }
  return lots;
}

/** A lot and what of it lies usable at a place. */
export interface LotHere {
  lot: LotJson;
  usableG: number;
}

/** Usable lots of a place, what expires first first. */
export async function readLotsAt(locationId: string): Promise<LotHere[]> {
  const sums = await callAll(
    stock,
    "summarizeStock",
    { grouping: "STOCK_GROUPING_LOT", locationId },
    (r) => r.sums,
  );
  const usable = sums.filter((sum) => int(sum.usableG) > 0);
  const lots = await readLots(usable.map((sum) => sum.group ?? "0"));
  return usable
    .map((sum, i) => ({ lot: lots[i] ?? {}, usableG: int(sum.usableG) }))
    .sort((a, b) => (a.lot.expiresOn ?? "").localeCompare(b.lot.expiresOn ?? ""));
}
