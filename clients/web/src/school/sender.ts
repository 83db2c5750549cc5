// Sends the outbox, from the page or from the service worker, one sender at a time.
import { CallError } from "../connect/call";
import type { Outbox, Outcome } from "./outbox";

/** Posts a body to a path: the answer's text, or a CallError. */
export type Post = (path: string, body: string | ArrayBuffer) => Promise<string>;

/** Runs a body while nobody else on this phone runs one. */
export type Lock = <T>(body: () => Promise<T>) => Promise<T>;

/** How a run ended. */
export type RunEnd =
  /** Nothing is due any more. */
  | "done"
  /** The server does not answer; try again soon. */
  | "no-answer"
  /** Somebody must sign in first. */
  | "sign-in"
  /** The session is over: revoked, or unused for too long. */
  | "ended";

/** How the server says that a session is over; nobody else on the way can. */
export const kSessionEnded = "SESSION_ENDED";

/** Refusals that the same request would meet again. */
const kFinalCodes = new Set([
  "invalid_argument",
  "not_found",
  "already_exists",
  "permission_denied",
  "failed_precondition",
  "out_of_range",
  "unimplemented",
]);

/** What an error says about the entry. */
export function outcomeOf(error: CallError): Outcome {
  const final =
    error.answered && (kFinalCodes.has(error.code) || error.reason === "REVISION_CHANGED");
  if (!final) return { kind: "unknown", trouble: error.code };
  return {
    kind: "refused",
    refusal: {
      code: error.code,
      reason: error.reason,
      message: error.message,
      metadata: error.metadata,
    },
  };
}

/** The lock that tabs and the worker of one browser share. */
export const sharedLock: Lock = (body) =>
  // A page that is not served by TLS or from this machine has no locks; it has one tab, and
  // the server takes each record once all the same.
  navigator.locks === undefined
    ? body()
    : (navigator.locks.request("milkway-outbox", body) as ReturnType<typeof body>);

/** Sends all that is due for `personId`, in order. `changed` is called after each step. */
export function sendAll(
  outbox: Outbox,
  personId: string,
  post: Post,
  lock: Lock,
  changed: () => void,
): Promise<RunEnd> {
  return lock(async () => {
    let after = 0;
    for (;;) {
      const entry = await outbox.takeNext(personId, after);
      if (entry === undefined) return "done";
      changed();
      const content = await outbox.content(entry);
      const end = await sendOne(outbox, entry.requestId, () => post(entry.path, content));
      changed();
      if (end !== "done") return end;
      after = entry.order;
    }
  });
}

async function sendOne(
  outbox: Outbox,
  requestId: string,
  post: () => Promise<string>,
): Promise<RunEnd> {
  try {
    await outbox.settle(requestId, { kind: "delivered", answer: await post() });
    return "done";
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    await outbox.settle(requestId, outcomeOf(error));
    if (error.reason === kSessionEnded) return "ended";
    if (error.code === "unauthenticated") return "sign-in";
    // A server that is there, but broken for this record, may take the next one.
    const noAnswer = !error.answered || error.code === "unavailable";
    return noAnswer ? "no-answer" : "done";
  }
}
