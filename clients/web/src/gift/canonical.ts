// Canonical bytes, which the leaves of the log commit to (docs/formats.md), and what those of a
// gift's proof say. All numbers are whole: bigint, as the rules ask for more than 53 bits.
import { w } from "../words/proof";

/** Why a proof does not hold; `tell` says it in the language that is shown. */
export class ProofError extends Error {
  constructor(readonly tell: () => string) {
    super(tell());
  }
}

/** Reads canonical bytes from the front; a ProofError if they are not of that form. */
class Reader {
  private at = 0;
  private readonly text = new TextDecoder("utf-8", { fatal: true });

  constructor(
    private readonly bytes: Uint8Array,
    private readonly position: number,
  ) {}

  fail(): never {
    const { position } = this;
    throw new ProofError(() => w("unreadable", { position }));
  }

  byte(): number {
    const byte = this.bytes[this.at++];
    return byte ?? this.fail();
  }

  private varint(): bigint {
    let number = 0n;
    for (let at = 0n; at < 10n; at++) {
      const byte = this.byte();
      const bits = BigInt(byte & 0x7f);
      if (at === 9n && bits > 1n) break;
      number |= bits << (7n * at);
      if (byte < 0x80) {
        if (byte === 0 && at > 0n) break; // longer than needed
        return number;
      }
    }
    return this.fail();
  }

  /** One that is not negative as 64 bits with a sign. */
  number(): bigint {
    const number = this.varint();
    return number < 1n << 63n ? number : this.fail();
  }

  zigzag(): bigint {
    const number = this.varint();
    return (number >> 1n) ^ -(number & 1n);
  }

  string(): string {
    const size = this.number();
    if (size > BigInt(this.bytes.length - this.at)) return this.fail();
    const bytes = this.bytes.slice(this.at, this.at + Number(size));
    this.at += Number(size);
    try {
      return this.text.decode(bytes);
    } catch {
      return this.fail();
    }
  }

  end(): void {
    if (this.at !== this.bytes.length) this.fail();
  }
}

/** What a lot costs to land from then on. */
export interface Cost {
  kind: "cost";
  lotId: bigint;
  weightG: bigint;
  costMinor: bigint;
}

/** Money of a gift spent on a lot, or the milk that it is. The letters are those of proofs.md. */
export interface Allocation {
  kind: "allocation";
  giftId: string;
  allocationId: string; // empty: a gift in kind
  sequence: bigint;
  lotId: bigint;
  schoolId: string; // whose pool; empty: the general one
  weightG: bigint; // T
  costMinor: bigint; // L
  earlierPaidMinor: bigint; // A
  earlierBoughtG: bigint; // G
  worthMinor: bigint; // a
  boughtG: bigint; // g
  lotPaidMinor: bigint; // by all gifts before, for all pools
}

/** What was published of the milk that is set aside for a school. */
export interface PoolStatement {
  schoolId: string;
  setAsideG: bigint; // S
  boughtG: bigint; // G
  earlierServedG: bigint; // B
  earlierServings: bigint;
  servingG: bigint; // z
}

/** What was published of a lot. */
export interface LotStatement {
  kind: "lot";
  publication: bigint;
  lotId: bigint;
  purchasedG: bigint;
  foundG: bigint;
  lostG: bigint;
  returnedG: bigint;
  energyJ: bigint; // per 100 g, as the next two
  proteinMg: bigint;
  calciumUg: bigint;
  landedCostMinor: bigint; // L now
  generalBoughtG: bigint; // G of the general pool
  pools: PoolStatement[]; // in order of the school
}

/** What was published of a lot at a school. */
export interface ServedStatement {
  kind: "served";
  publication: bigint;
  lotId: bigint;
  schoolId: string;
  servings: bigint;
  servedG: bigint;
}

export type GiftLeaf = { kind: "posting" } | Cost | Allocation | LotStatement | ServedStatement;

function readCost(reader: Reader): Cost {
  const lotId = reader.number();
  for (let i = 0; i < 3; i++) reader.string(); // purchase, product, lot number
  const weightG = reader.number();
  reader.string(); // currency
  return { kind: "cost", lotId, weightG, costMinor: reader.zigzag() };
}

function readAllocation(reader: Reader): Allocation {
  return {
    kind: "allocation",
    giftId: reader.string(),
    allocationId: reader.string(),
    sequence: reader.number(),
    lotId: reader.number(),
    schoolId: reader.string(),
    weightG: reader.number(),
    costMinor: reader.zigzag(),
    earlierPaidMinor: reader.number(),
    earlierBoughtG: reader.number(),
    worthMinor: reader.number(),
    boughtG: reader.number(),
    lotPaidMinor: reader.number(),
  };
}

function readPool(reader: Reader): PoolStatement {
  return {
    schoolId: reader.string(),
    setAsideG: reader.number(),
    boughtG: reader.number(),
    earlierServedG: reader.number(),
    earlierServings: reader.number(),
    servingG: reader.number(),
  };
}

function readLotStatement(reader: Reader): LotStatement {
  const [publication, lotId] = [reader.number(), reader.number()];
  reader.number(); // the last entry of the log that the figures include
  const figures = {
    purchasedG: reader.number(),
    foundG: reader.number(),
    lostG: reader.number(),
    returnedG: reader.number(),
    energyJ: reader.number(),
    proteinMg: reader.number(),
    calciumUg: reader.number(),
    landedCostMinor: reader.zigzag(),
  };
  reader.number(); // the last event that the grams bought count
  const generalBoughtG = reader.number();
  const pools: PoolStatement[] = [];
  // More than there are bytes left fails at the first that is missing.
  for (let left = reader.number(); left > 0n; left--) pools.push(readPool(reader));
  return { kind: "lot", publication, lotId, ...figures, generalBoughtG, pools };
}

function readStatement(reader: Reader): LotStatement | ServedStatement {
  const about = reader.byte();
  if (about === 1) return readLotStatement(reader);
  if (about !== 2) return reader.fail();
  return {
    kind: "served",
    publication: reader.number(),
    lotId: reader.number(),
    schoolId: reader.string(),
    servings: reader.number(),
    servedG: reader.number(),
  };
}

/** What the leaf at a position says. A posting says nothing of a gift, and is not read. */
export function readLeaf(canonical: Uint8Array, position: number): GiftLeaf {
  const kind = canonical[0] ?? 0;
  const reader = new Reader(canonical, position);
  if (reader.byte() === 1) return { kind: "posting" };
  reader.number(); // when it was recorded
  const read = [undefined, undefined, readCost, readAllocation, readStatement][kind];
  const leaf = read === undefined ? reader.fail() : read(reader);
  reader.end();
  return leaf;
}
