// A table of records that can be taken out as CSV.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { number } from "../format/format";
import { saveCsv } from "../ui/files";
import { Notice } from "../ui/parts";
import { w } from "../words/desk";

/** A column: what a row has in it. */
export interface Column<Row> {
  name: string;
  /** What is exported, and shown unless `show` says more; a number stands to the right. */
  value: (row: Row) => string | number;
  show?: (row: Row) => ComponentChildren;
  /** The sum of a column of numbers, at its foot. */
  sum?: (total: number) => ComponentChildren;
}

function Foot<Row>({ columns, rows }: { columns: Column<Row>[]; rows: Row[] }) {
  if (columns.every((column) => column.sum === undefined)) return null;
  const total = (column: Column<Row>) =>
    rows.reduce((sum, row) => sum + Number(column.value(row)), 0);
  return (
    <tfoot>
      <tr>
        {columns.map((column, i) => (
          <td key={column.name} class={column.sum ? "number" : ""}>
            {column.sum ? column.sum(total(column)) : i === 0 ? w("total") : ""}
          </td>
        ))}
      </tr>
    </tfoot>
  );
}

/** Rows that are drawn at once; more are drawn when asked for. All are summed and exported. */
const kRowsShown = 50;

/** The table; `name` is that of the exported file too. */
export function Table<Row>(props: {
  name: string;
  columns: Column<Row>[];
  rows: Row[];
  keyOf: (row: Row) => string;
  actions?: (row: Row) => ComponentChildren;
}) {
  const { columns, rows } = props;
  const [most, setMost] = useState(kRowsShown);
  if (rows.length === 0) return <Notice kind="info">{w("noRows")}</Notice>;
  const save = () =>
    saveCsv(props.name, [
      columns.map((c) => c.name),
      ...rows.map((row) => columns.map((c) => c.value(row))),
    ]);
  return (
    <>
      {/* Wider than a phone: it scrolls by itself, also from the keyboard. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region takes the focus */}
      <section class="table" tabIndex={0} aria-label={props.name}>
        <table>
          <thead>
            <tr>
              {columns.map((column) => (
                <th scope="col" key={column.name}>
                  {column.name}
                </th>
              ))}
              {props.actions && <td />}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, most).map((row) => (
              <tr key={props.keyOf(row)}>
                {columns.map((column) => {
                  const value = column.value(row);
                  return (
                    <td key={column.name} class={typeof value === "number" ? "number" : ""}>
                      {column.show ? column.show(row) : value}
                    </td>
                  );
                })}
                {props.actions && <td>{props.actions(row)}</td>}
              </tr>
            ))}
          </tbody>
          <Foot columns={columns} rows={rows} />
        </table>
      </section>
      {rows.length > most && (
        <button type="button" class="quiet" onClick={() => setMost(most + 10 * kRowsShown)}>
          {w("moreRows", { shown: number(most), all: number(rows.length) })}
        </button>
      )}
      <button type="button" class="quiet" onClick={save}>
        {w("exportCsv")}
      </button>
    </>
  );
}
