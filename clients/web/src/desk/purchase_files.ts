// Purchases out of the files purchases.csv, purchase_lines.csv and purchase_costs.csv
// (docs/import.md): each with its lines and costs, or with what is wrong in which line.
import { type CsvRow, csvRows } from "../format/csv";
import type { CostKindJson, PurchaseJson } from "../gen/milkway/inventory/v1/purchases_pb";
import { minorUnits } from "./purchase_draft";

/** What is wrong: file, line and column. */
export interface RowProblem {
  file: string;
  line: number;
  column: string;
  value: string;
}

/** A purchase of the files. */
export interface FilePurchase {
  purchaseId: string;
  purchase: PurchaseJson;
  problems: RowProblem[];
}

const kKinds: Record<string, CostKindJson> = {
  freight: "COST_KIND_FREIGHT",
  duty: "COST_KIND_DUTY",
  insurance: "COST_KIND_INSURANCE",
  inspection: "COST_KIND_INSPECTION",
  other: "COST_KIND_OTHER",
};

/** Reads one row; a value that is not as it must be is noted. */
class RowReader {
  constructor(
    readonly file: string,
    readonly row: CsvRow,
    readonly problems: RowProblem[],
  ) {}

  text(column: string, fits: RegExp): string {
    const value = this.row.values[column] ?? "";
    if (!fits.test(value))
      this.problems.push({ file: this.file, line: this.row.line, column, value });
    return value;
  }

  day(column: string): string {
    return this.text(column, /^\d{4}-\d{2}-\d{2}$/);
  }

  money(column: string, digitsOf: (currency: string) => number) {
    const currencyCode = this.text("currency", /^[A-Z]{3}$/);
    const typed = this.text(column, /^\d{1,12}(\.\d+)?$/);
    const minor = minorUnits(typed, digitsOf(currencyCode));
    if (minor === undefined) this.text(column, /^$/);
    return { currencyCode, minorUnits: minor ?? "0" };
  }
}

/** The columns of each file; another one may be a mistyped one, and is no column. */
const kColumns: Record<string, string[]> = {
  "purchases.csv": ["purchase_id", "purchased_on", "supplier_id", "destination_id"],
  "purchase_lines.csv": [
    ...["purchase_id", "product_id", "lot_number", "manufactured_on", "expires_on"],
    ...["packs", "unit_price", "currency"],
  ],
  "purchase_costs.csv": ["purchase_id", "cost_id", "kind", "incurred_on", "amount", "currency"],
};

/** What a file has that is no column of it. */
function strayColumns(file: string, row: CsvRow | undefined): RowProblem[] {
  return Object.keys(row?.values ?? {})
    .filter((column) => !kColumns[file]?.includes(column))
    .map((column) => ({ file, line: 1, column, value: column }));
}

const kId = /^[\w.-]{1,64}$/;

/** The purchases of the files, by their names; files that are none of the three are ignored. */
export function purchasesOf(
  files: Record<string, string>,
  digitsOf: (currency: string) => number,
): FilePurchase[] {
  const rows = (file: string) => csvRows(files[file] ?? "");
  const found = rows("purchases.csv").map((row): FilePurchase => {
    const problems: RowProblem[] = [];
    const read = new RowReader("purchases.csv", row, problems);
    const purchase = {
      purchaseId: read.text("purchase_id", kId),
      purchasedOn: read.day("purchased_on"),
      supplierId: read.text("supplier_id", kId),
      destinationId: read.text("destination_id", kId),
      lines: [],
      costs: [],
    };
    return { purchaseId: purchase.purchaseId, purchase, problems };
  });
  /** The purchase of a row; one that is in no file is named as what is wrong. */
  const of = (file: string, row: CsvRow): FilePurchase => {
    const purchaseId = row.values.purchase_id ?? "";
    const known = found.find((each) => each.purchaseId === purchaseId);
    if (known !== undefined) return known;
    const problems = [{ file, line: row.line, column: "purchase_id", value: purchaseId }];
    const stray = { purchaseId, purchase: { purchaseId, lines: [], costs: [] }, problems };
    found.push(stray);
    return stray;
  };
  for (const row of rows("purchase_lines.csv")) {
    const to = of("purchase_lines.csv", row);
    const read = new RowReader("purchase_lines.csv", row, to.problems);
    to.purchase.lines?.push({
      productId: read.text("product_id", kId),
      lotNumber: read.text("lot_number", /^.{1,64}$/),
      manufacturedOn: read.text("manufactured_on", /^(\d{4}-\d{2}-\d{2})?$/),
      expiresOn: read.day("expires_on"),
      packs: read.text("packs", /^\d{1,8}$/),
      unitPrice: read.money("unit_price", digitsOf),
    });
  }
  for (const row of rows("purchase_costs.csv")) {
    const to = of("purchase_costs.csv", row);
    const read = new RowReader("purchase_costs.csv", row, to.problems);
    to.purchase.costs?.push({
      costId: read.text("cost_id", kId),
      kind: kKinds[read.text("kind", /^(freight|duty|insurance|inspection|other)$/)],
      incurredOn: read.day("incurred_on"),
      amount: read.money("amount", digitsOf),
    });
  }
  const stray = Object.keys(kColumns).flatMap((file) => strayColumns(file, rows(file)[0]));
  // Nothing of a file is recorded while it is not known what its columns are.
  for (const each of found) each.problems.push(...stray);
  return found;
}
