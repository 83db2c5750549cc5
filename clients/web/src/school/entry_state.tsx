// How it stands with one record: on the phone, under way, delivered, refused.
import { useState } from "preact/hooks";
import { Notice } from "../ui/parts";
import { w } from "../words/school";
import type { SchoolModel } from "./model";
import { type Entry, isHeld, kUndoMs } from "./outbox";

function stateText(entry: Entry): string {
  if (entry.state === "sending") return w("stateSending");
  if (entry.state === "delivered") return w("stateDelivered");
  if (entry.state === "refused") return w("stateRefused");
  return isHeld(entry, Date.now()) ? w("stateHeld") : w("stateWaiting");
}

/** Why the server refused, and what to do about it. */
export function refusalText(entry: Entry): string {
  const refusal = entry.refusal;
  if (refusal?.reason === "STOCK_MISSING") {
    return w("refusedStock", { grams: refusal.metadata.missing_g ?? "?" });
  }
  if (refusal?.reason === "DISTRIBUTION_RECORDED") return w("refusedRecorded");
  if (refusal?.reason === "REVISION_CHANGED") return w("refusedChanged");
  return w("refusedOther", { message: refusal?.message ?? "" });
}

/** The state of an entry, with what can be done about it. */
export function EntryLine({ model, entry }: { model: SchoolModel; entry: Entry }) {
  const [busy, setBusy] = useState(false);
  const act = async (body: () => Promise<unknown>) => {
    setBusy(true);
    await body();
    setBusy(false);
  };
  const seconds = Math.ceil((entry.savedAt + kUndoMs - Date.now()) / 1000);
  const held = isHeld(entry, Date.now());
  const unsent = entry.state === "waiting" && entry.attempts === 0;
  return (
    <div class={`entry ${entry.state}`}>
      <span role="status">{stateText(entry)}</span>
      {unsent && (
        <button
          type="button"
          class="quiet"
          disabled={busy}
          onClick={() => void act(() => model.undo(entry.requestId))}
        >
          {held ? w("undo", { seconds }) : w("takeBack")}
        </button>
      )}
      {entry.state === "refused" && (
        <Notice kind="error">
          <p>{refusalText(entry)}</p>
          {model.mayInsist(entry) && (
            <button
              type="button"
              disabled={busy}
              onClick={() => void act(() => model.insist(entry, w("reallyServedReason")))}
            >
              {w("reallyServed")}
            </button>
          )}
          <button
            type="button"
            class="quiet"
            onClick={() => void act(() => model.dismiss(entry.requestId))}
          >
            {w("gotIt")}
          </button>
        </Notice>
      )}
    </div>
  );
}
