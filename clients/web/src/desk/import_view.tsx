// Importing purchases from CSV files: real progress, errors per row, and it may be stopped or
// closed at any time, for the same rows are taken once however often they are sent.
import { useEffect, useRef, useState } from "preact/hooks";
import { call } from "../connect/call";
import { purchases } from "../connect/services";
import { number } from "../format/format";
import { rowRequestId } from "../format/uuid5";
import { Notice } from "../ui/parts";
import { w as desk } from "../words/desk";
import { w } from "../words/desk_more";
import type { ViewProps } from "./desk";
import { digitsOf } from "./new_purchase";
import { type FilePurchase, purchasesOf } from "./purchase_files";
import { refusalText } from "./submit";
import { type Column, Table } from "./table";

/** What became of one purchase. */
interface Outcome {
  purchaseId: string;
  done: boolean;
  text: string;
}

function problemsText({ problems }: FilePurchase): string {
  return problems.map((each) => w("rowProblem", { ...each })).join("; ");
}

async function send(each: FilePurchase): Promise<Outcome> {
  const { purchaseId, purchase } = each;
  if (each.problems.length > 0) return { purchaseId, done: false, text: problemsText(each) };
  try {
    const requestId = await rowRequestId("purchases.csv", purchaseId);
    await call(purchases, "recordPurchase", { requestId, purchase });
    return { purchaseId, done: true, text: w("imported") };
  } catch (error) {
    return { purchaseId, done: false, text: refusalText(error) };
  }
}

/** Sends them one after the other, until all are sent or it is stopped. */
function useImport() {
  const [outcomes, setOutcomes] = useState<Outcome[]>([]);
  const [total, setTotal] = useState(0);
  const [running, setRunning] = useState(false);
  const going = useRef(false);
  const start = async (all: FilePurchase[]) => {
    going.current = true;
    setRunning(true);
    setTotal(all.length);
    const done: Outcome[] = [];
    for (const each of all) {
      if (!going.current) break;
      done.push(await send(each));
      setOutcomes([...done]);
    }
    going.current = false;
    setRunning(false);
  };
  const stop = () => {
    going.current = false;
  };
  useEffect(() => stop, []);
  return { outcomes, total, running, start, stop };
}

function columns(): Column<Outcome>[] {
  return [
    { name: desk("purchase"), value: (row) => row.purchaseId },
    {
      name: desk("state"),
      value: (row) => row.text,
      show: (row) => <span class={row.done ? "" : "bad"}>{row.text}</span>,
    },
  ];
}

async function readFiles(list: FileList): Promise<Record<string, string>> {
  const entries = [...list].map(async (file) => [file.name, await file.text()] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** How many purchases were found; once they are sent, how many of them are. */
function Progress(props: { found: number; sent: number; failed: number; total: number }) {
  const { found, sent, failed, total } = props;
  if (total === 0) {
    return <p role="status">{found > 0 && w("foundPurchases", { count: number(found) })}</p>;
  }
  return (
    <>
      <p role="status">
        {w("importedOf", { n: number(sent), m: number(total), failed: number(failed) })}
      </p>
      <progress value={sent} max={total} aria-label={w("import")} />
    </>
  );
}

export function Import({ writes }: ViewProps) {
  const [found, setFound] = useState<FilePurchase[]>([]);
  const { outcomes, total, running, start, stop } = useImport();
  if (!writes) return <Notice kind="warning">{desk("noWrites")}</Notice>;
  const choose = async (list: FileList | null) => {
    if (list !== null) setFound(purchasesOf(await readFiles(list), digitsOf));
  };
  const failed = outcomes.filter((each) => !each.done);
  return (
    <>
      <div class="head">
        <h2>{w("import")}</h2>
        <a href="#/purchases">‹ {desk("purchases")}</a>
      </div>
      <p class="hint">{w("importHelp")}</p>
      <div class="card">
        <label class="field">
          <span>{w("files")}</span>
          <input
            type="file"
            accept=".csv,text/csv"
            multiple
            onChange={(event) => void choose(event.currentTarget.files)}
          />
        </label>
        <Progress
          found={found.length}
          sent={outcomes.length}
          failed={failed.length}
          total={total}
        />
        <div class="actions">
          <button
            type="button"
            class="main"
            disabled={running || found.length === 0}
            onClick={() => void start(found)}
          >
            {w("startImport")}
          </button>
          {running && (
            <button type="button" onClick={stop}>
              {w("stop")}
            </button>
          )}
        </div>
      </div>
      {outcomes.length > 0 && (
        <Table
          name={w("import")}
          columns={columns()}
          rows={[...failed, ...outcomes.filter((each) => each.done)]}
          keyOf={(row) => row.purchaseId}
        />
      )}
    </>
  );
}
