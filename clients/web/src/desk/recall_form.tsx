// Recalling a lot: what it would hold back, and ordering it.
import { useState } from "preact/hooks";
import { call } from "../connect/call";
import { recalls, trace } from "../connect/services";
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

/** What the lot's recall concerns, before it is ordered. */
function Reach({ answer }: { answer: TraceLotResponseJson }) {
  const position = answer.positions?.[0] ?? {};
  const schools = answer.schools ?? [];
  return (
    <ul>
      <li>{w("reachUsable", { quantity: grams(int(position.usableG)) })}</li>
      <li>{w("reachTransit", { quantity: grams(int(position.inTransitG)) })}</li>
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
  const [loaded, retry] = useLoaded(subject, () =>
    call(trace, "traceLot", { lotIds: [subject], pageSize: 1 }),
  );
  return (
    <Shown of={loaded} retry={retry}>
      {(answer) => (
        <>
          <div class="head">
            <h2>
              {w("recallThis")}: {answer.lots?.[0]?.lotNumber}
            </h2>
            <a href={`#/trace/${subject}`}>‹ {desk("lot")}</a>
          </div>
          <Reach answer={answer} />
          <Form lot={answer.lots?.[0] ?? {}} />
        </>
      )}
    </Shown>
  );
}
