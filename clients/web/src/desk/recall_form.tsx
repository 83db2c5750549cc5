// Recalling a lot: what it would hold back, and ordering it.
import { useState } from "preact/hooks";
import { call, callAll } from "../connect/call";
import { purchases, recalls, trace } from "../connect/services";
import { dayIn, grams, int, number, zonedTime } from "../format/format";
import type { LotJson } from "../gen/milkway/inventory/v1/purchases_pb";
import type { TraceLotResponseJson } from "../gen/milkway/trace/v1/trace_pb";
import { useLoaded } from "../ui/hooks";
import { Field, Notice, Shown } from "../ui/parts";
import { w as desk } from "../words/desk";
import { w } from "../words/desk_more";
import type { ViewProps } from "./desk";
import { useSubmit } from "./submit";

/** An id that says the day and the lot, of letters that ids may have. */
function suggestedId(lot: LotJson): string {
  const today = dayIn("Asia/Shanghai", Date.now());
  const number = (lot.lotNumber ?? "").replace(/[^\w.-]/g, "-");
  return `recall-${today}-${number}`.slice(0, 64);
}

/** The most lots that are traced together. */
const kLotsMax = 100;

/** All that a recall of this lot would reach: every purchase of its product and lot number. */
async function readReach(lotId: string): Promise<{ lot: LotJson; reach: TraceLotResponseJson }> {
  const first = await call(trace, "traceLot", { lotIds: [lotId], pageSize: 1 });
  const lot = first.lots?.[0] ?? {};
  const { productId, lotNumber } = lot;
  const all = await callAll(purchases, "listLots", { productId, lotNumber }, (r) => r.lots);
  if (all.length <= 1) return { lot, reach: first };
  const lotIds = all.slice(0, kLotsMax).map((each) => each.lotId ?? "");
  return { lot, reach: await call(trace, "traceLot", { lotIds, pageSize: 1 }) };
}

/** What the lot's recall concerns, before it is ordered. */
function Reach({ answer }: { answer: TraceLotResponseJson }) {
  const positions = answer.positions ?? [];
  const sum = (what: "usableG" | "inTransitG") =>
    positions.reduce((all, each) => all + int(each[what]), 0);
  const schools = answer.schools ?? [];
  return (
    <ul>
      <li>{w("reachUsable", { quantity: grams(sum("usableG")) })}</li>
      <li>{w("reachTransit", { quantity: grams(sum("inTransitG")) })}</li>
      <li>
        {w("reachServed", {
          schools: number(schools.length),
          children: number(schools.reduce((sum, each) => sum + int(each.children), 0)),
        })}
      </li>
    </ul>
  );
}

function Form({ lot }: { lot: LotJson }) {
  const [recallId, setId] = useState(suggestedId(lot));
  const [reason, setReason] = useState("");
  const [instructions, setInstructions] = useState("");
  const submit = useSubmit();
  const send = (event: Event) => {
    event.preventDefault();
    const scope = { productId: lot.productId, lotNumber: lot.lotNumber };
    submit.run({ recallId, reason, instructions }, async (requestId, atMs) => {
      const recall = { recallId, scope, reason, instructions, orderedAt: zonedTime(atMs) };
      await call(recalls, "placeRecall", { requestId, recall });
      location.hash = `#/recalls/${encodeURIComponent(recallId)}`;
    });
  };
  return (
    <form class="card" onSubmit={send}>
      <div class="fields">
        <Field label={w("recallId")} value={recallId} onValue={setId} required />
        <Field label={w("reason")} value={reason} onValue={setReason} required />
        <Field label={w("instructions")} value={instructions} onValue={setInstructions} />
      </div>
      {submit.refusal !== "" && <Notice kind="error">{submit.refusal}</Notice>}
      <button type="submit" class="main" disabled={submit.busy}>
        {w("recallNow")}
      </button>
    </form>
  );
}

export function RecallLot({ subject }: ViewProps) {
  const [loaded, retry] = useLoaded(subject, () => readReach(subject));
  return (
    <Shown of={loaded} retry={retry}>
      {({ lot, reach }) => (
        <>
          <div class="head">
            <h2>
              {w("recallThis")}: {lot.lotNumber}
            </h2>
            <a href={`#/trace/${subject}`}>‹ {desk("lot")}</a>
          </div>
          <Reach answer={reach} />
          <Form lot={lot} />
        </>
      )}
    </Shown>
  );
}
