// What is typed of a new purchase. It stays on this computer until it is saved.

/** One line as it is typed. */
export interface LineTyped {
  productId: string;
  lotNumber: string;
  expiresOn: string;
  packs: string;
  price: string;
}

export const kCostKinds = ["FREIGHT", "DUTY", "INSURANCE", "INSPECTION", "OTHER"] as const;

/** A cost as it is typed; its day is that of the purchase. */
export interface CostTyped {
  kind: (typeof kCostKinds)[number];
  amount: string;
  currency: string;
}

/** A purchase as it is typed. */
export interface PurchaseTyped {
  purchaseId: string;
  purchasedOn: string;
  supplierId: string;
  destinationId: string;
  currency: string;
  lines: LineTyped[];
  costs: CostTyped[];
}

export const kEmptyLine: LineTyped = {
  productId: "",
  lotNumber: "",
  expiresOn: "",
  packs: "",
  price: "",
};

export const kEmptyPurchase: PurchaseTyped = {
  purchaseId: "",
  purchasedOn: "",
  supplierId: "",
  destinationId: "",
  currency: "AUD",
  lines: [kEmptyLine],
  costs: [],
};

const kKey = "milkway.purchase-draft";

/** The draft of this computer; an empty one if there is none. */
export function storedDraft(): PurchaseTyped {
  try {
    const text = localStorage.getItem(kKey);
    if (text === null) return kEmptyPurchase;
    return { ...kEmptyPurchase, ...(JSON.parse(text) as Partial<PurchaseTyped>) };
  } catch {
    return kEmptyPurchase;
  }
}

/** Whether something is typed that is not saved yet. */
export function hasDraft(): boolean {
  return JSON.stringify(storedDraft()) !== JSON.stringify(kEmptyPurchase);
}

export function storeDraft(draft: PurchaseTyped): void {
  try {
    localStorage.setItem(kKey, JSON.stringify(draft));
  } catch {
    // Storage is full or closed: then the draft lasts as long as the page.
  }
}

export function dropDraft(): void {
  localStorage.removeItem(kKey);
}

/** A day as spreadsheets write it, as "YYYY-MM-DD"; as it was if it is none. */
function dayOf(text: string): string {
  const parts = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(text.trim());
  if (parts === null) return text.trim();
  const [, year = "", month = "", date = ""] = parts;
  return `${year}-${month.padStart(2, "0")}-${date.padStart(2, "0")}`;
}

/**
 * Lines out of cells copied from a spreadsheet: product, lot number, best before, packs,
 * price; undefined if it is no table.
 */
export function pastedLines(text: string): LineTyped[] | undefined {
  if (!text.includes("\t")) return undefined;
  return text
    .split(/\r?\n/)
    .filter((row) => row.trim() !== "")
    .map((row) => {
      const [productId = "", lotNumber = "", expiresOn = "", packs = "", price = ""] =
        row.split("\t");
      return {
        productId: productId.trim(),
        lotNumber: lotNumber.trim(),
        expiresOn: dayOf(expiresOn),
        packs: packs.replace(/[,\s]/g, ""),
        price: price.replace(/[,\s]/g, ""),
      };
    });
}

/**
 * An amount as it is typed, "12.34", in minor units of a currency with `digits` of them, as
 * text; undefined if it is no such amount. Exact: no floating point.
 */
export function minorUnits(typed: string, digits: number): string | undefined {
  const parts = /^(\d{1,12})(?:\.(\d+))?$/.exec(typed.trim());
  if (parts === null) return undefined;
  const [, whole = "0", fraction = ""] = parts;
  if (fraction.length > digits) return undefined;
  return String(BigInt(whole + fraction.padEnd(digits, "0")));
}
