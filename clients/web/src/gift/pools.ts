// The part of a lot that each of its pools has: the milk set aside for one school, a pool for
// each, and the general pool, which is all the rest. The rules are 4 to 6 of docs/proofs.md,
// written apart from the server's on purpose.
import { w } from "../words/proof";
import { type LotStatement, ProofError, type ServedStatement } from "./canonical";

/** What a school drank of a pool. */
export interface Drunk {
  servedG: bigint; // C
  servings: bigint;
}

export interface PoolShare {
  weightG: bigint; // W
  lostG: bigint; // n
  keptG: bigint; // of what gifts bought of it
  /** The schools that its gifts are told of. */
  schools: Map<string, Drunk>;
}

/** Larger grams are those of no lot. */
const kGramsMax = 10n ** 15n;
const kPoolsMax = 100;

export const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
export const most = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const sumOf = (numbers: bigint[]): bigint => numbers.reduce((sum, number) => sum + number, 0n);

/**
 * `total` taken of several by weight, at most each one's weight: rounded down, and one more
 * for those that rounding took most from, the earlier first.
 */
function byWeight(weights: bigint[], total: bigint): bigint[] {
  const sum = sumOf(weights);
  if (total === 0n) return weights.map(() => 0n);
  const shares = weights.map((weight) => (total * weight) / sum);
  const places = weights.map((weight, place) => ({ rest: (total * weight) % sum, place }));
  places.sort((a, b) => (a.rest > b.rest ? -1 : a.rest < b.rest ? 1 : a.place - b.place));
  const missing = Number(total - sumOf(shares));
  for (const { place } of places.slice(0, missing)) shares[place] = (shares[place] ?? 0n) + 1n;
  return shares;
}

/** What a lot weighs for its pools: T, R, n and e. */
interface Weights {
  weightG: bigint;
  returnedG: bigint;
  lostG: bigint;
  foundG: bigint;
  setAsideG: bigint;
}

function weigh(lot: LotStatement, served: ServedStatement[]): Weights {
  const goneG = lot.returnedG + sumOf(served.map((each) => each.servedG));
  const foundG = most(lot.foundG, goneG - lot.purchasedG);
  const lostG = least(lot.lostG, lot.purchasedG + foundG - goneG);
  const setAsideG = sumOf(lot.pools.map((pool) => pool.setAsideG));
  const weightG = most(lot.purchasedG, setAsideG + lot.generalBoughtG);
  return {
    weightG,
    setAsideG,
    returnedG: lot.returnedG + weightG - lot.purchasedG,
    foundG: most(0n, foundG - lostG),
    lostG: most(0n, lostG - foundG),
  };
}

/** Splits a lot: its pools as in the statement, and the general one behind them. */
class Splitter {
  readonly pools: PoolShare[];
  readonly general: PoolShare;
  private readonly weights: Weights;

  constructor(
    private readonly lot: LotStatement,
    private readonly served: ServedStatement[],
  ) {
    this.checkNumbers();
    this.weights = weigh(lot, served);
    const empty = () => ({ weightG: 0n, lostG: 0n, keptG: 0n, schools: new Map() });
    this.pools = lot.pools.map(empty);
    this.general = empty();
    this.giveBack();
    this.lose();
    for (const told of served) if (told.servedG > 0n) this.serve(told);
    this.weighGeneral();
  }

  private fail(): never {
    throw new ProofError(() => w("lotUneven", { lot: String(this.lot.lotId) }));
  }

  private checkNumbers(): void {
    const { lot } = this;
    const grams = [lot.purchasedG, lot.foundG, lot.lostG, lot.returnedG, lot.generalBoughtG].concat(
      lot.pools.map((pool) => pool.setAsideG),
      this.served.map((told) => told.servedG),
    );
    const good =
      lot.pools.length <= kPoolsMax &&
      grams.every((number) => number <= kGramsMax) &&
      lot.pools.every((pool) => pool.boughtG <= pool.setAsideG && pool.servingG > 0n);
    if (!good) this.fail();
  }

  /** What went back: first what nobody had bought, and what was bought last. */
  private giveBack(): void {
    const { lot, weights } = this;
    let left = weights.returnedG;
    const take = (limit: bigint): bigint => {
      const taken = least(limit, left);
      left -= taken;
      return taken;
    };
    take(weights.weightG - weights.setAsideG - lot.generalBoughtG + weights.foundG);
    const free = lot.pools.map((pool) => pool.setAsideG - pool.boughtG);
    const freeBack = byWeight(free, take(sumOf(free)));
    this.general.keptG = lot.generalBoughtG - take(lot.generalBoughtG);
    const bought = lot.pools.map((pool) => pool.boughtG);
    const boughtBack = byWeight(bought, take(sumOf(bought)));
    if (left !== 0n || weights.weightG <= 0n) this.fail();
    this.pools.forEach((pool, place) => {
      const back = boughtBack[place] ?? 0n;
      pool.keptG = (bought[place] ?? 0n) - back;
      pool.weightG = (lot.pools[place]?.setAsideG ?? 0n) - (freeBack[place] ?? 0n) - back;
    });
  }

  private lose(): void {
    const { lostG, weightG } = this.weights;
    this.general.lostG = lostG;
    this.pools.forEach((pool, place) => {
      const shareG = (lostG * (this.lot.pools[place]?.setAsideG ?? 0n)) / weightG;
      pool.lostG = least(shareG, pool.weightG);
      this.general.lostG -= pool.lostG;
    });
  }

  private serve(told: ServedStatement): void {
    const place = this.lot.pools.findIndex((pool) => pool.schoolId === told.schoolId);
    const own = this.lot.pools[place];
    const pool = this.pools[place];
    if (own === undefined || pool === undefined) {
      const { servedG, servings } = told;
      this.general.schools.set(told.schoolId, { servedG, servings });
      return;
    }
    const sinceG = most(0n, told.servedG - own.earlierServedG);
    const poolG = least(sinceG, pool.weightG - pool.lostG);
    const earlier = least(told.servings, own.earlierServings);
    const since = told.servings - earlier;
    const ofPool = least(since, poolG / own.servingG);
    const beyond = least(since - ofPool, most(0n, sinceG - poolG) / own.servingG);
    pool.schools.set(told.schoolId, { servedG: poolG, servings: ofPool });
    this.general.schools.set(told.schoolId, {
      servedG: told.servedG - poolG,
      servings: earlier + beyond,
    });
  }

  private weighGeneral(): void {
    const { weightG, foundG, returnedG } = this.weights;
    let left = weightG + foundG - returnedG;
    for (const pool of this.pools) {
      left -= pool.lostG;
      for (const drunk of pool.schools.values()) left -= drunk.servedG;
    }
    this.general.weightG = left;
    if (left < most(this.general.keptG, this.general.lostG)) this.fail();
  }
}

/** The pool of `schoolId`, or the general one if that is empty. */
export function shareOfPool(
  lot: LotStatement,
  served: ServedStatement[],
  schoolId: string,
): PoolShare {
  const splitter = new Splitter(lot, served);
  if (schoolId === "") return splitter.general;
  const pool = splitter.pools[lot.pools.findIndex((each) => each.schoolId === schoolId)];
  if (pool !== undefined) return pool;
  throw new ProofError(() => w("poolMissing", { lot: String(lot.lotId) }));
}
