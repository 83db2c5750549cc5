// Reads all that can be found, as far as a person may see it.
import { callAll } from "../connect/call";
import {
  accounts,
  catalog,
  donors,
  gifts,
  invites,
  purchases,
  shipments,
} from "../connect/services";
import type { PersonJson } from "../gen/milkway/accounts/v1/people_pb";
import type { SignedIn } from "../session/session";
import { type Findable, findable } from "./find_index";

const path = (view: string, id: string | undefined) => `#/${view}/${encodeURIComponent(id ?? "")}`;

async function places(scopes: string[]): Promise<Findable[]> {
  const all = await callAll(catalog, "listLocations", {}, (r) => r.locations);
  return all
    .filter((each) => scopes.length === 0 || scopes.includes(each.locationId ?? ""))
    .map((each) => {
      const kind = each.kind === "LOCATION_KIND_SCHOOL" ? "school" : "place";
      const id = each.locationId ?? "";
      return findable(kind, id, path("stock", id), each.nameZh, each.nameEn);
    });
}

async function ships(destinationId: string): Promise<Findable[]> {
  const all = await callAll(shipments, "listShipments", { destinationId }, (r) => r.shipments);
  return all.map((each) => {
    const id = each.shipmentId ?? "";
    const way = `${each.originId} → ${each.destinationId}`;
    return findable("shipment", id, path("shipments", id), way, each.carrier, each.trackingNumber);
  });
}

async function lots(): Promise<Findable[]> {
  const all = await callAll(purchases, "listLots", {}, (r) => r.lots);
  const bought = new Map<string, string>();
  const found = all.map((each) => {
    bought.set(each.purchaseId ?? "", each.purchasedOn ?? "");
    const href = path("trace", each.lotId);
    return findable("lot", each.lotNumber ?? "", href, each.productId, each.purchaseId);
  });
  const from = [...bought].map(([id, on]) => findable("purchase", id, path("purchases", id), on));
  return [...found, ...from];
}

async function given(): Promise<Findable[]> {
  const [allGifts, allDonors] = await Promise.all([
    callAll(gifts, "listGifts", {}, (r) => r.gifts),
    callAll(donors, "listDonors", {}, (r) => r.donors),
  ]);
  return [
    ...allGifts.map((each) =>
      findable("gift", each.giftId ?? "", path("gifts", each.giftId), each.donorId),
    ),
    ...allDonors.map((each) =>
      findable("donor", each.donorId ?? "", path("gifts", `donor:${each.donorId}`)),
    ),
  ];
}

/** People; procurement staff see those whom they invited. */
async function people(role: SignedIn["role"]): Promise<Findable[]> {
  const all: (PersonJson | undefined)[] =
    role === "ROLE_PROCUREMENT"
      ? (await callAll(invites, "listInvites", {}, (r) => r.invites)).map((each) => each.person)
      : await callAll(accounts, "listPeople", {}, (r) => r.people);
  return all.map((each) => {
    const id = each?.personId ?? "";
    return findable("person", id, path("people", id), each?.displayName, each?.signInName);
  });
}

/** All that `person` may find. */
export async function readFindable(person: SignedIn): Promise<Findable[]> {
  const parts =
    person.role === "ROLE_WAREHOUSE"
      ? [places(person.scopes), ships(person.scopes[0] ?? "")]
      : [places([]), ships(""), lots(), given(), people(person.role)];
  return (await Promise.all(parts)).flat();
}
