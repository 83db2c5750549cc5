// Every gram and where it lies: by place, and the lots of one place.
import { callAll } from "../connect/call";
import { stock } from "../connect/services";
import { day, grams, int, money } from "../format/format";
import type { LotJson } from "../gen/milkway/inventory/v1/purchases_pb";
import type { StockSumJson } from "../gen/milkway/inventory/v1/stock_pb";
import { Bars } from "../ui/bars";
import { useLoaded } from "../ui/hooks";
import { Shown } from "../ui/parts";
import { w } from "../words/desk";
import { Chart, Wide } from "./chart";
import type { ViewProps } from "./desk";
import { type Names, placeName, productName, readLots, readNames } from "./places";
import { type Column, Table } from "./table";

type Grams = "usableG" | "quarantinedG" | "damagedG" | "inTransitG";

function gramColumn<Row extends { sum: StockSumJson }>(name: string, field: Grams): Column<Row> {
  return {
    name: `${name} (g)`,
    value: (row) => int(row.sum[field]),
    show: (row) => grams(int(row.sum[field])),
    sum: (total) => grams(total),
  };
}

function gramColumns<Row extends { sum: StockSumJson }>(): Column<Row>[] {
  return [
    gramColumn(w("usable"), "usableG"),
    gramColumn(w("quarantined"), "quarantinedG"),
    gramColumn(w("damaged"), "damagedG"),
    gramColumn(w("inTransit"), "inTransitG"),
  ];
}

interface PlaceRow {
  sum: StockSumJson;
}

function StockChart({ names, rows }: { names: Names; rows: PlaceRow[] }) {
  if (rows.length === 0) return null;
  const fields: Grams[] = ["usableG", "quarantinedG", "damagedG", "inTransitG"];
  const values = ({ sum }: PlaceRow) => fields.map((field) => int(sum[field]));
  return (
    <Chart name={w("stock")}>
      <Wide label={w("stock")}>
        <Bars
          label={w("stock")}
          parts={[
            { name: w("usable"), colour: "#1d6b3a" },
            { name: w("quarantined"), colour: "#c77700" },
            { name: w("damaged"), colour: "#a4262c" },
            { name: w("inTransit"), colour: "#1f5f8b" },
          ]}
          bars={rows.map((row) => ({
            id: row.sum.group ?? "",
            name: placeName(names, row.sum.group),
            values: values(row),
          }))}
          show={(bar) => grams(bar.values.reduce((sum, value) => sum + value, 0))}
        />
      </Wide>
    </Chart>
  );
}

function Places() {
  const [loaded, retry] = useLoaded("places", async () => {
    const [names, sums] = await Promise.all([
      readNames(),
      callAll(stock, "summarizeStock", { grouping: "STOCK_GROUPING_LOCATION" }, (r) => r.sums),
    ]);
    return { names, rows: sums.map((sum): PlaceRow => ({ sum })) };
  });
  const columns = (names: Names): Column<PlaceRow>[] => [
    {
      name: w("place"),
      value: ({ sum }) => placeName(names, sum.group),
      show: ({ sum }) => (
        <a
          href={
            int(sum.inTransitG) > 0
              ? `#/shipments/${encodeURIComponent(sum.group ?? "")}`
              : `#/stock/${encodeURIComponent(sum.group ?? "")}`
          }
        >
          {placeName(names, sum.group)}
        </a>
      ),
    },
    ...gramColumns<PlaceRow>(),
    { name: w("lots"), value: ({ sum }) => int(sum.lots) },
    { name: w("firstExpiry"), value: ({ sum }) => day(sum.earliestExpiresOn) },
  ];
  return (
    <Shown of={loaded} retry={retry}>
      {({ names, rows }) => (
        <>
          <StockChart names={names} rows={rows} />
          <Table
            name={w("stock")}
            columns={columns(names)}
            rows={rows}
            keyOf={(row) => row.sum.group ?? ""}
          />
        </>
      )}
    </Shown>
  );
}

interface LotRow {
  sum: StockSumJson;
  lot: LotJson;
}

async function readLotRows(locationId: string): Promise<LotRow[]> {
  const sums = await callAll(
    stock,
    "summarizeStock",
    { grouping: "STOCK_GROUPING_LOT", locationId },
    (r) => r.sums,
  );
  const lots = await readLots(sums.map((sum) => sum.group ?? "0"));
  return sums.map((sum, i) => ({ sum, lot: lots[i] ?? {} }));
}

function OnePlace({ locationId }: { locationId: string }) {
  const [loaded, retry] = useLoaded(locationId, async () => {
    const [names, rows] = await Promise.all([readNames(), readLotRows(locationId)]);
    return { names, rows };
  });
  const columns = (names: Names): Column<LotRow>[] => [
    {
      name: w("lotNumber"),
      value: ({ lot }) => lot.lotNumber ?? "",
      show: ({ lot }) => <a href={`#/trace/${lot.lotId}`}>{lot.lotNumber}</a>,
    },
    { name: w("product"), value: ({ lot }) => productName(names, lot.productId) },
    { name: w("expiresOn"), value: ({ lot }) => day(lot.expiresOn) },
    ...gramColumns<LotRow>(),
    { name: w("landedCost"), value: ({ lot }) => money(lot.landedCost) },
  ];
  return (
    <Shown of={loaded} retry={retry}>
      {({ names, rows }) => (
        <>
          <h2>{placeName(names, locationId)}</h2>
          <p>
            <a href="#/stock">‹ {w("allPlaces")}</a>
          </p>
          <Table
            name={placeName(names, locationId)}
            columns={columns(names)}
            rows={rows}
            keyOf={({ sum }) => sum.group ?? ""}
          />
        </>
      )}
    </Shown>
  );
}

export function StockView({ person, subject }: ViewProps) {
  // A warehouse's people see their own places only.
  const own = person.role === "ROLE_WAREHOUSE" ? person.scopes[0] : undefined;
  const place = subject !== "" ? subject : own;
  if (place !== undefined) return <OnePlace key={place} locationId={place} />;
  return (
    <>
      <h2>{w("stock")}</h2>
      <Places />
    </>
  );
}
