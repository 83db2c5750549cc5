// The whole check of a gift's proof: asks for it, checks it, and remembers the log.
import { call } from "../connect/call";
import { log, statements } from "../connect/services";
import type { GiftStatementJson } from "../gen/milkway/impact/v1/statements_pb";
import { type Checked, checkGrowth, checkProof } from "./proof";
import { proofFile } from "./proof_file";
import { keepLog, seenLog } from "./seen_log";

export { ProofError } from "./canonical";

/** What a check came to. */
export type Outcome =
  | {
      proved: true;
      checked: Checked;
      /** The proof as a file. */
      file: string;
      /** Since when the log is known to this device, in milliseconds; undefined: it is new. */
      seenMs: number | undefined;
    }
  /** Something newer was published than what the page shows. */
  | { proved: false };

async function proveGrowth(fromSize: number, toSize: number): Promise<string[]> {
  const question = { fromSize: String(fromSize), toSize: String(toSize) };
  return (await call(log, "getConsistencyProof", question)).hashes ?? [];
}

/** Checks what the page shows of a gift; by its link, where there is one. */
export async function checkGift(
  shown: GiftStatementJson,
  token: string | undefined,
): Promise<Outcome> {
  const answer =
    token === undefined
      ? await call(statements, "getGiftProof", { giftId: shown.giftId ?? "" })
      : await call(statements, "getSharedGiftProof", { token });
  const newer = answer.statement?.publication?.publication;
  if (newer !== shown.publication?.publication) return { proved: false };
  // Of what is shown, not of what came with the proof.
  const bundle = { ...answer, statement: shown };
  const checked = await checkProof(bundle);
  const verifierKey = answer.proof?.verifierKey ?? "";
  const note = answer.proof?.checkpoint?.note ?? "";
  const seen = seenLog();
  const hashes = seen && (await checkGrowth(seen, verifierKey, checked.checkpoint, proveGrowth));
  keepLog({ verifierKey, note });
  const earlier = seen && hashes && { note: seen.note, hashes };
  const file = proofFile(bundle, checked, earlier);
  return { proved: true, checked, file, seenMs: seen?.atMs };
}
