// Whether a statement tells what the records of its proof come to.
import type { GiftStatementJson } from "../gen/milkway/impact/v1/statements_pb";
import { w } from "../words/proof";
import { ProofError } from "./canonical";
import type { GiftFigures, GiftLot } from "./recompute";

const whole = (text: string | undefined): bigint => BigInt(text ?? "0");

type What = () => string;

function same(what: What, told: bigint, computed: bigint): void {
  if (told === computed) return;
  const values = { told: String(told), computed: String(computed) };
  throw new ProofError(() => w("toldOtherwise", { what: what(), ...values }));
}

function sameOfLot(lotId: bigint, what: What, told: string | undefined, computed: bigint): void {
  if (whole(told) === computed) return;
  const values = { lot: String(lotId), told: String(whole(told)), computed: String(computed) };
  throw new ProofError(() => w("toldOfLot", { what: what(), ...values }));
}

type LotJson = NonNullable<GiftStatementJson["lots"]>[number];

function compareLot(told: LotJson, computed: GiftLot): void {
  const lot = (what: What, is: string | undefined, shouldBe: bigint) =>
    sameOfLot(computed.lotId, what, is, shouldBe);
  lot(() => w("figure_lot"), told.lotId, computed.lotId);
  lot(() => w("figure_funded"), told.fundedG, computed.fundedG);
  lot(() => w("figure_served"), told.servedG, computed.servedG);
  lot(() => w("figure_servings"), told.servings, computed.servings);
  lot(() => w("figure_lost"), told.lostG, computed.lostG);
  lot(() => w("figure_returned"), told.returnedG, computed.returnedG);
  lot(() => w("figure_remaining"), told.remainingG, computed.remainingG);
  const schools = told.schools ?? [];
  lot(() => w("figure_schools"), String(schools.length), BigInt(computed.schools.length));
  computed.schools.forEach((each, at) => {
    const school = each.schoolId;
    const shown = schools[at];
    if (shown?.schoolId !== school) {
      throw new ProofError(() => w("schoolOther", { lot: String(computed.lotId), school }));
    }
    lot(() => w("figure_schoolServed", { school }), shown.servedG, each.servedG);
    lot(() => w("figure_schoolServings", { school }), shown.servings, each.servings);
  });
}

/** Fails with a ProofError that names the first figure that is told otherwise. */
export function compareTold(told: GiftStatementJson, computed: GiftFigures): void {
  const lots = told.lots ?? [];
  same(() => w("figure_lots"), BigInt(lots.length), BigInt(computed.lots.length));
  computed.lots.forEach((lot, at) => {
    compareLot(lots[at] ?? {}, lot);
  });
  same(() => w("figure_served"), whole(told.servedG), computed.servedG);
  same(() => w("figure_servings"), whole(told.servings), computed.servings);
  const { allocated, refundDue } = told;
  same(() => w("figure_allocated"), whole(allocated?.minorUnits), computed.allocatedMinor);
  same(() => w("figure_refundDue"), whole(refundDue?.minorUnits), computed.refundDueMinor);
  same(() => w("figure_protein"), whole(told.proteinMg), computed.proteinMg);
  same(() => w("figure_calcium"), whole(told.calciumMg), computed.calciumMg);
  same(() => w("figure_energy"), whole(told.energyKj), computed.energyKj);
}
