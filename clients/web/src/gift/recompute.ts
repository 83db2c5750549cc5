// What a gift became, computed from the records of its proof and from nothing else
// (docs/proofs.md, The proof of a gift).
import { w } from "../words/proof";
import {
  type Allocation,
  type Cost,
  type GiftLeaf,
  type LotStatement,
  ProofError,
  type ServedStatement,
} from "./canonical";
import { least, most, shareOfPool } from "./pools";

export interface GiftLot {
  lotId: bigint;
  fundedG: bigint;
  servedG: bigint;
  servings: bigint;
  lostG: bigint;
  returnedG: bigint;
  remainingG: bigint;
  /** In order of their ids. */
  schools: { schoolId: string; servedG: bigint; servings: bigint }[];
}

export interface GiftFigures {
  allocatedMinor: bigint;
  refundDueMinor: bigint;
  servedG: bigint;
  servings: bigint;
  proteinMg: bigint;
  calciumMg: bigint;
  energyKj: bigint;
  lots: GiftLot[];
}

/** A leaf and where it stands in the log. */
export interface PlacedLeaf {
  position: number;
  leaf: GiftLeaf;
}

/** All that the proof tells of a lot. */
interface LotLeaves {
  costs: { position: number; cost: Cost }[];
  bought: Allocation[];
  statement: LotStatement | undefined; // the last
  served: Map<string, ServedStatement>; // the last of each school
}

class Recomputer {
  private readonly lots = new Map<bigint, LotLeaves>();
  private readonly sequences = new Set<bigint>();

  constructor(
    private readonly giftId: string,
    private readonly publication: bigint,
  ) {}

  lot(lotId: bigint): LotLeaves {
    const known = this.lots.get(lotId);
    if (known !== undefined) return known;
    const lot: LotLeaves = { costs: [], bought: [], statement: undefined, served: new Map() };
    this.lots.set(lotId, lot);
    return lot;
  }

  addFact({ position, leaf }: PlacedLeaf): void {
    if (leaf.kind === "cost") this.lot(leaf.lotId).costs.push({ position, cost: leaf });
    if (leaf.kind === "lot") {
      const lot = this.lot(leaf.lotId);
      if (this.isNewer(leaf.publication, lot.statement?.publication)) lot.statement = leaf;
    }
    if (leaf.kind === "served") {
      const lot = this.lot(leaf.lotId);
      const last = lot.served.get(leaf.schoolId);
      if (this.isNewer(leaf.publication, last?.publication)) lot.served.set(leaf.schoolId, leaf);
    }
  }

  private isNewer(publication: bigint, last: bigint | undefined): boolean {
    if (publication < 1n || publication > this.publication) {
      const values = { publication: String(publication), last: String(this.publication) };
      throw new ProofError(() => w("statementElsewhen", values));
    }
    if (publication === last) throw new ProofError(() => w("statementTwice"));
    return publication > (last ?? 0n);
  }

  addAllocation(position: number, allocation: Allocation): void {
    const of = { position };
    if (allocation.giftId !== this.giftId) throw new ProofError(() => w("otherGift", of));
    if (this.sequences.has(allocation.sequence)) {
      throw new ProofError(() => w("allocationTwice", of));
    }
    this.sequences.add(allocation.sequence);
    const lot = this.lot(allocation.lotId);
    // An allocation is written a moment after it was made, perhaps behind a credit.
    const known = lot.costs.some(
      ({ position: before, cost }) =>
        before < position &&
        cost.weightG >= allocation.weightG &&
        cost.costMinor >= allocation.costMinor,
    );
    if (!known) throw new ProofError(() => w("beyondLot", of));
    checkGrams(allocation, position);
    const first = lot.bought[0];
    if (first !== undefined && first.schoolId !== allocation.schoolId) {
      throw new ProofError(() => w("otherPool", of));
    }
    lot.bought.push(allocation);
  }

  figures(): GiftFigures {
    const figures: GiftFigures = {
      allocatedMinor: 0n,
      refundDueMinor: 0n,
      servedG: 0n,
      servings: 0n,
      proteinMg: 0n,
      calciumMg: 0n,
      energyKj: 0n,
      lots: [],
    };
    let [protein, calcium, energy] = [0n, 0n, 0n];
    for (const [lotId, leaves] of [...this.lots].sort((a, b) => (a[0] < b[0] ? -1 : 1))) {
      const lot = lotOf(lotId, leaves);
      figures.lots.push(lot);
      figures.servedG += lot.servedG;
      figures.servings += lot.servings;
      for (const allocation of leaves.bought) figures.allocatedMinor += allocation.worthMinor;
      if (leaves.statement === undefined) continue;
      figures.refundDueMinor += refundDue(leaves.bought, leaves.statement);
      protein += lot.servedG * leaves.statement.proteinMg;
      calcium += lot.servedG * leaves.statement.calciumUg;
      energy += lot.servedG * leaves.statement.energyJ;
    }
    figures.proteinMg = protein / 100n;
    figures.calciumMg = calcium / 100_000n;
    figures.energyKj = energy / 100_000n;
    return figures;
  }
}

/** What money pays for: the grams of an allocation follow from it. */
function checkGrams(allocation: Allocation, position: number): void {
  const leftG = allocation.weightG - allocation.earlierBoughtG;
  if (allocation.allocationId === "") {
    if (allocation.worthMinor === 0n && allocation.boughtG <= leftG) return;
    throw new ProofError(() => w("kindBeyond", { position }));
  }
  const leftMinor = allocation.costMinor - allocation.earlierPaidMinor;
  const possible = leftG >= 0n && allocation.worthMinor <= most(leftMinor, 0n);
  const paidForG =
    !possible || allocation.worthMinor === 0n ? 0n : (leftG * allocation.worthMinor) / leftMinor;
  if (possible && allocation.boughtG === paidForG) return;
  const values = { position, bought: String(allocation.boughtG), paid: String(paidForG) };
  throw new ProofError(() => w("boughtOtherwise", values));
}

/** What the gift paid beyond what the lot costs by now. */
function refundDue(bought: Allocation[], statement: LotStatement): bigint {
  return bought.reduce((sum, allocation) => {
    const beyond = allocation.lotPaidMinor + allocation.worthMinor - statement.landedCostMinor;
    return sum + least(most(beyond, 0n), allocation.worthMinor);
  }, 0n);
}

function lotOf(lotId: bigint, leaves: LotLeaves): GiftLot {
  const first = leaves.bought[0];
  if (first === undefined) {
    throw new ProofError(() => w("lotNotBought", { lot: String(lotId) }));
  }
  const fundedG = leaves.bought.reduce((sum, each) => sum + each.boughtG, 0n);
  const lot: GiftLot = {
    lotId,
    fundedG,
    servedG: 0n,
    servings: 0n,
    lostG: 0n,
    returnedG: 0n,
    remainingG: fundedG,
    schools: [],
  };
  if (leaves.statement === undefined) {
    if (leaves.served.size === 0) return lot;
    throw new ProofError(() => w("statementMissing", { lot: String(lotId) }));
  }
  share(leaves.statement, leaves, first.schoolId, lot);
  return lot;
}

/** floor(x · kept / W) of everything that was served and lost of the pool. */
function share(statement: LotStatement, leaves: LotLeaves, schoolId: string, lot: GiftLot): void {
  const served = [...leaves.served.values()].sort((a, b) => (a.schoolId < b.schoolId ? -1 : 1));
  const pool = shareOfPool(statement, served, schoolId);
  const keptG = leaves.bought.reduce(
    (sum, each) => sum + least(most(pool.keptG - each.earlierBoughtG, 0n), each.boughtG),
    0n,
  );
  if (keptG > pool.weightG) {
    throw new ProofError(() => w("boughtBeyond", { lot: String(lot.lotId) }));
  }
  const weightG = most(1n, pool.weightG);
  for (const [id, drunk] of pool.schools) {
    const servedG = (drunk.servedG * keptG) / weightG;
    const servings = servedG > 0n ? (drunk.servings * keptG) / weightG : 0n;
    lot.servedG += servedG;
    lot.servings += servings;
    lot.schools.push({ schoolId: id, servedG, servings });
  }
  lot.returnedG = lot.fundedG - keptG;
  lot.lostG = (pool.lostG * keptG) / weightG;
  lot.remainingG = lot.fundedG - lot.servedG - lot.lostG - lot.returnedG;
}

/** A ProofError says what cannot be. */
export function recompute(leaves: PlacedLeaf[], giftId: string, publication: bigint): GiftFigures {
  const recomputer = new Recomputer(giftId, publication);
  for (const placed of leaves) recomputer.addFact(placed);
  for (const { position, leaf } of leaves) {
    if (leaf.kind === "allocation") recomputer.addAllocation(position, leaf);
  }
  return recomputer.figures();
}
