// Whether a statement tells what the records of its proof come to.
import type { GiftStatementJson } from "../gen/milkway/impact/v1/statements_pb";
import { ProofError } from "./canonical";
import type { GiftFigures, GiftLot } from "./recompute";

const whole = (text: string | undefined): bigint => BigInt(text ?? "0");

function same(what: string, told: bigint, computed: bigint): void {
  if (told === computed) return;
  throw new ProofError(`${what} is told as ${told}, the records come to ${computed}`);
}

type LotJson = NonNullable<GiftStatementJson["lots"]>[number];

function compareLot(told: LotJson, computed: GiftLot): void {
  const lot = `of lot ${computed.lotId}`;
  same(`the lot beside ${computed.lotId}`, whole(told.lotId), computed.lotId);
  same(`what was bought ${lot}`, whole(told.fundedG), computed.fundedG);
  same(`what was drunk ${lot}`, whole(told.servedG), computed.servedG);
  same(`the cups ${lot}`, whole(told.servings), computed.servings);
  same(`what was lost ${lot}`, whole(told.lostG), computed.lostG);
  same(`what went back ${lot}`, whole(told.returnedG), computed.returnedG);
  same(`what is there ${lot}`, whole(told.remainingG), computed.remainingG);
  const schools = told.schools ?? [];
  same(`the schools ${lot}`, BigInt(schools.length), BigInt(computed.schools.length));
  computed.schools.forEach((school, at) => {
    const shown = schools[at];
    if (shown?.schoolId !== school.schoolId) {
      throw new ProofError(`school ${school.schoolId} ${lot} is missing`);
    }
    same(`what ${school.schoolId} drank ${lot}`, whole(shown.servedG), school.servedG);
    same(`the cups at ${school.schoolId} ${lot}`, whole(shown.servings), school.servings);
  });
}

/** Fails with a ProofError that names the first figure that is told otherwise. */
export function compareTold(told: GiftStatementJson, computed: GiftFigures): void {
  const lots = told.lots ?? [];
  same("the number of lots", BigInt(lots.length), BigInt(computed.lots.length));
  computed.lots.forEach((lot, at) => {
    compareLot(lots[at] ?? {}, lot);
  });
  same("what was drunk", whole(told.servedG), computed.servedG);
  same("the cups", whole(told.servings), computed.servings);
  same("the money spent", whole(told.allocated?.minorUnits), computed.allocatedMinor);
  same("what is owed to the gift", whole(told.refundDue?.minorUnits), computed.refundDueMinor);
  same("the protein", whole(told.proteinMg), computed.proteinMg);
  same("the calcium", whole(told.calciumMg), computed.calciumMg);
  same("the energy", whole(told.energyKj), computed.energyKj);
}
