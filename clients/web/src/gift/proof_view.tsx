// The button that checks a gift's proof, and what it found.
import { useState } from "preact/hooks";
import { moment, number } from "../format/format";
import type { GiftStatementJson } from "../gen/milkway/impact/v1/statements_pb";
import { saveFile } from "../ui/files";
import { errorText, Notice } from "../ui/parts";
import { w } from "../words/gift";
import type { Outcome } from "./check";

type State =
  | { at: "start" }
  | { at: "checking" }
  | { at: "done"; outcome: Outcome }
  | { at: "failed"; why: () => string };

function Found({ outcome }: { outcome: Outcome }) {
  if (!outcome.proved) return <Notice kind="warning">{w("newerTold")}</Notice>;
  const { checked, seenMs } = outcome;
  const { checkpoint } = checked;
  const values = {
    leaves: number(checked.leaves),
    size: number(checkpoint.size),
    origin: checkpoint.origin,
  };
  return (
    <Notice kind="info">
      <p>
        <strong>{w("provedAll")}</strong>
      </p>
      <ul class="found">
        <li>{checkpoint.signatureChecked ? w("signatureGood") : w("signatureUnchecked")}</li>
        <li>{w("proved", values)}</li>
        <li>{seenMs === undefined ? w("logNew") : w("logGrew", { when: moment(seenMs) })}</li>
        <li>{w("recomputed")}</li>
      </ul>
      <p class="hint">{w("notShown")}</p>
    </Notice>
  );
}

/** Checks what is shown of a gift on this device; by its link, where there is one. */
export function Proof(props: { statement: GiftStatementJson; token: string | undefined }) {
  const [state, setState] = useState<State>({ at: "start" });
  const { statement, token } = props;
  const check = async () => {
    setState({ at: "checking" });
    try {
      // Loaded by whoever wants it.
      const { checkGift, ProofError } = await import("./check");
      const outcome = await checkGift(statement, token).catch((error: unknown) => {
        if (!(error instanceof ProofError)) throw error;
        return { why: () => w("notProved", { message: error.tell() }) };
      });
      setState("why" in outcome ? { at: "failed", ...outcome } : { at: "done", outcome });
    } catch (error) {
      setState({ at: "failed", why: () => errorText(error) });
    }
  };
  const proved = state.at === "done" && state.outcome.proved ? state.outcome : undefined;
  return (
    <section class="card no-print">
      <h2>{w("proof")}</h2>
      <p>{w("proofHelp")}</p>
      {state.at === "done" && <Found outcome={state.outcome} />}
      {state.at === "failed" && <Notice kind="error">{state.why()}</Notice>}
      <div class="actions">
        <button
          type="button"
          class="main"
          disabled={state.at === "checking"}
          onClick={() => void check()}
        >
          {state.at === "checking" ? w("checking") : w("check")}
        </button>
        {proved && (
          <button
            type="button"
            onClick={() => saveFile(`${statement.giftId}.json`, "application/json", proved.file)}
          >
            {w("download")}
          </button>
        )}
      </div>
      {proved && <p class="hint">{w("downloadHelp")}</p>}
    </section>
  );
}
