import { describe, expect, it } from "vitest";
import { find, findable } from "../src/desk/find_index";
import { purchasesOf } from "../src/desk/purchase_files";
import { traceFlows } from "../src/desk/trace_flows";
import { csvRows } from "../src/format/csv";
import { rowRequestId } from "../src/format/uuid5";

describe("what is typed into the search", () => {
  const all = [
    findable("gift", "g-lot-1", "#/gifts/g-lot-1", "donor-01"),
    findable("lot", "LOT-1", "#/trace/1", "Devondale", "purchase-2025"),
    findable("school", "changyuan", "#/stock/changyuan", "长远小学", "Changyuan"),
  ];

  it("finds the id itself before ids that hold it", () => {
    expect(find(all, "lot-1").map((each) => each.kind)).toEqual(["lot", "gift"]);
  });

  it("finds words in any order, in Chinese too", () => {
    expect(find(all, "2025 devon").map((each) => each.id)).toEqual(["LOT-1"]);
    expect(find(all, "长远").map((each) => each.id)).toEqual(["changyuan"]);
    expect(find(all, " ")).toEqual([]);
  });
});

describe("the flows of a lot", () => {
  it("put what is missing at a place to what is gone, and add up", () => {
    const line = { lotId: "1", shippedG: "80", receivedG: "70", damagedG: "4", missingG: "6" };
    const flows = traceFlows(
      {
        positions: [{ lotId: "1", purchasedG: "100" }],
        shipments: [{ originId: "store", destinationId: "school", lots: [line] }],
        stock: [
          { lotId: "1", locationId: "store", usableG: "20" },
          { lotId: "1", locationId: "school", usableG: "10", damagedG: "4" },
        ],
        schools: [{ schoolId: "school", servedG: "55" }],
      },
      "1",
      "store",
    );
    const into = (to: string) =>
      flows.filter((flow) => flow.to === to).reduce((sum, flow) => sum + flow.value, 0);
    expect([into("end:served"), into("end:here"), into("end:gone")]).toEqual([55, 34, 11]);
    expect(into("end:served") + into("end:here") + into("end:gone")).toBe(100);
  });
});

describe("files of purchases", () => {
  const heads = "purchase_id,purchased_on,supplier_id,destination_id\nP-1,2026-01-02,s,m\n";

  it("become purchases with their lines, amounts exact", () => {
    const lines =
      "purchase_id,product_id,lot_number,expires_on,packs,unit_price,currency\n" +
      'P-1,milk,"L ""1"", a",2028-01-01,5,9.9,AUD\n';
    const files = { "purchases.csv": heads, "purchase_lines.csv": lines };
    const [found] = purchasesOf(files, () => 2);
    expect(found?.problems).toEqual([]);
    expect(found?.purchase.lines?.[0]).toMatchObject({
      lotNumber: 'L "1", a',
      unitPrice: { currencyCode: "AUD", minorUnits: "990" },
    });
  });

  it("say file, line and column of what is wrong", () => {
    const [found] = purchasesOf(
      { "purchases.csv": heads.replace("2026-01-02", "2/1/26") },
      () => 2,
    );
    const problem = { file: "purchases.csv", line: 2, column: "purchased_on", value: "2/1/26" };
    expect(found?.problems).toEqual([problem]);
  });

  it("say which row names no purchase, and which column is none", () => {
    const lines = "purchase_id,packs\nP-2,5\n";
    const files = { "purchases.csv": heads, "purchase_lines.csv": lines };
    const stray = purchasesOf(files, () => 2).find((each) => each.purchaseId === "P-2");
    const problem = { file: "purchase_lines.csv", line: 2, column: "purchase_id", value: "P-2" };
    expect(stray?.problems[0]).toEqual(problem);
    const mistyped = { "purchases.csv": heads.replace("supplier_id", "suplier_id") };
    const [found] = purchasesOf(mistyped, () => 2);
    expect(found?.problems).toContainEqual({
      file: "purchases.csv",
      line: 1,
      column: "suplier_id",
      value: "suplier_id",
    });
  });

  it("are read with a byte order mark and line breaks inside of quotes", () => {
    const rows = csvRows('\uFEFFa,b\r\n1,"x\ny"\r\n2,z\r\n');
    expect(rows.map((row) => [row.line, row.values.b])).toEqual([
      [2, "x\ny"],
      [4, "z"],
    ]);
  });

  it("have the request ids of docs/import.md", async () => {
    const id = await rowRequestId("products.csv", "dev-1kg");
    expect(id).toBe("9f51b0cb-032c-57c1-acf7-51f0a1fac72a");
  });
});
