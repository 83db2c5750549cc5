// The button that checks a gift's proof, and what it found.
import { useState } from "preact/hooks";
import { call } from "../connect/call";
import { statements } from "../connect/services";
import { number } from "../format/format";
import type { GetGiftProofResponseJson } from "../gen/milkway/impact/v1/statements_pb";
import { saveFile } from "../ui/files";
import { errorText, Notice } from "../ui/parts";
import { w } from "../words/gift";
import { ProofError } from "./canonical";
import { type Checked, checkProof } from "./proof";

type State =
  | { at: "start" }
  | { at: "checking" }
  | { at: "proved"; checked: Checked; answer: GetGiftProofResponseJson }
  | { at: "failed"; why: string };

function Found({ checked }: { checked: Checked }) {
  return (
    <Notice kind="info">
      <p>
        {w("proved", {
          leaves: number(checked.leaves),
          size: number(checked.logSize),
          origin: checked.origin,
        })}
      </p>
      <p>{w("recomputed")}</p>
      <p>{checked.signatureChecked ? w("signatureGood") : w("signatureUnchecked")}</p>
      <p class="hint">{w("notShown")}</p>
    </Notice>
  );
}

/** Checks the proof of a gift on this device; by its link, where there is one. */
export function Proof({ giftId, token }: { giftId: string; token: string | undefined }) {
  const [state, setState] = useState<State>({ at: "start" });
  const check = async () => {
    setState({ at: "checking" });
    try {
      const answer =
        token === undefined
          ? await call(statements, "getGiftProof", { giftId })
          : await call(statements, "getSharedGiftProof", { token });
      setState({ at: "proved", checked: await checkProof(answer), answer });
    } catch (error) {
      const why = error instanceof ProofError ? error.message : undefined;
      setState({
        at: "failed",
        why: why === undefined ? errorText(error) : w("notProved", { message: why }),
      });
    }
  };
  return (
    <section class="card no-print">
      <h2>{w("proof")}</h2>
      <p>{w("proofHelp")}</p>
      {state.at === "proved" && <Found checked={state.checked} />}
      {state.at === "failed" && <Notice kind="error">{state.why}</Notice>}
      <div class="actions">
        <button
          type="button"
          class="main"
          disabled={state.at === "checking"}
          onClick={() => void check()}
        >
          {state.at === "checking" ? w("checking") : w("check")}
        </button>
        {state.at === "proved" && (
          <button
            type="button"
            onClick={() =>
              saveFile(`${giftId}.json`, "application/json", JSON.stringify(state.answer, null, 2))
            }
          >
            {w("download")}
          </button>
        )}
      </div>
    </section>
  );
}
