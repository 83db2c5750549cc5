// Labels for bags: a code of 12 mm with the lot, its number and its best-before day.
import { useEffect, useRef, useState } from "preact/hooks";
import { call } from "../connect/call";
import { purchases } from "../connect/services";
import { day, int, number } from "../format/format";
import type { LotJson } from "../gen/milkway/inventory/v1/purchases_pb";
import { useLoaded } from "../ui/hooks";
import { Field, Notice, Shown } from "../ui/parts";
import { w as desk } from "../words/desk";
import { w } from "../words/desk_more";
import type { ViewProps } from "./desk";
import { codePath, labelText } from "./label_code";
import { type Names, productName, readNames } from "./places";
import { printSheets } from "./print_sheet";

const kLabelsMax = 500;
/** Codes that are made before the page gets its turn: few enough that it never halts. */
const kAtOnce = 25;

/** The making of codes: how many there are by now, and an end to it. */
function useCodes(lotId: string) {
  const [codes, setCodes] = useState<{ size: number; path: string }[]>([]);
  const [wanted, setWanted] = useState(0);
  const running = useRef(0);
  const make = async (count: number) => {
    const run = ++running.current;
    setWanted(count);
    const made: { size: number; path: string }[] = [];
    while (made.length < count) {
      for (let i = 0; i < kAtOnce && made.length < count; i++) {
        made.push(codePath(labelText(lotId, made.length + 1)));
      }
      setCodes([...made]);
      await new Promise((resolve) => setTimeout(resolve));
      if (running.current !== run) return;
    }
    setWanted(0);
    printSheets();
  };
  const cancel = () => {
    running.current++;
    setWanted(0);
    setCodes([]);
  };
  useEffect(() => cancel, []);
  return { codes, wanted, make, cancel };
}

function Sheet(props: { codes: { size: number; path: string }[]; lot: LotJson; product: string }) {
  const { codes, lot } = props;
  return (
    <section class="sheets labels" aria-label={w("labels")}>
      {codes.map(({ size, path }, i) => (
        <div class="label" key={i}>
          <svg viewBox={`0 0 ${size} ${size}`} shape-rendering="crispEdges" aria-hidden="true">
            <path d={path} />
          </svg>
          <p>
            <b>{lot.lotNumber}</b>
            <br />
            {day(lot.expiresOn)}
            <br />
            {props.product} · {i + 1}
          </p>
        </div>
      ))}
    </section>
  );
}

function LabelsOf({ lot, names }: { lot: LotJson; names: Names }) {
  const [count, setCount] = useState(String(Math.min(kLabelsMax, int(lot.packs))));
  const [refusal, setRefusal] = useState("");
  const { codes, wanted, make, cancel } = useCodes(lot.lotId ?? "0");
  const send = (event: Event) => {
    event.preventDefault();
    const asked = /^\d{1,3}$/.test(count) ? Number(count) : 0;
    if (asked < 1 || asked > kLabelsMax) {
      setRefusal(w("labelsRange", { most: kLabelsMax }));
      return;
    }
    setRefusal("");
    void make(asked);
  };
  return (
    <>
      <form class="card" onSubmit={send}>
        <Field label={w("labelCount")} inputMode="numeric" value={count} onValue={setCount} />
        {refusal !== "" && <Notice kind="error">{refusal}</Notice>}
        <div class="actions">
          <button type="submit" class="main" disabled={wanted > 0}>
            {w("printLabels")}
          </button>
          {wanted > 0 && (
            <button type="button" onClick={cancel}>
              {desk("cancel")}
            </button>
          )}
        </div>
        <p role="status">
          {codes.length > 0 &&
            w("labelsMade", { n: number(codes.length), m: number(wanted || codes.length) })}
        </p>
      </form>
      <Sheet codes={codes} lot={lot} product={productName(names, lot.productId)} />
    </>
  );
}

export function Labels({ subject }: ViewProps) {
  const [loaded, retry] = useLoaded(subject, async () => {
    const [names, { lots }] = await Promise.all([
      readNames(),
      call(purchases, "getLots", { lotIds: [subject] }),
    ]);
    return { names, lot: lots?.[0] ?? {} };
  });
  return (
    <Shown of={loaded} retry={retry}>
      {({ names, lot }) => (
        <>
          <div class="head">
            <h2>
              {w("labels")}: {lot.lotNumber}
            </h2>
            <a href={`#/trace/${subject}`}>‹ {desk("lot")}</a>
          </div>
          <LabelsOf key={subject} lot={lot} names={names} />
        </>
      )}
    </Shown>
  );
}
