// Sending a form: once, however often its button is pressed.
import { useRef, useState } from "preact/hooks";
import { CallError, serverNow } from "../connect/call";
import { uuid7 } from "../format/uuid";
import { errorText } from "../ui/parts";
import { w } from "../words/desk";

/** What a form is told of a refusal: each field by its name, else the message. */
export function refusalText(error: unknown): string {
  if (error instanceof CallError && error.violations.length > 0) {
    return error.violations
      .map(({ field, description }) => w("field", { field, description }))
      .join("\n");
  }
  return errorText(error);
}

/** The sending of a form. */
export interface Submit {
  busy: boolean;
  /** Why it was refused; empty if it was not. */
  refusal: string;
  /** The refusal's name of the protos; empty if there is none. */
  reason: string;
  refuse: (why: string) => void;
  /**
   * Runs `body` with a request id and the time, in milliseconds: the same ones as long as
   * `content` stays the same, so that a request whose answer was lost is not taken twice.
   */
  run: (content: unknown, body: (requestId: string, atMs: number) => Promise<void>) => void;
}

export function useSubmit(): Submit {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState("");
  const [reason, setReason] = useState("");
  const last = useRef({ content: "", requestId: "", atMs: 0 });
  const run: Submit["run"] = (content, body) => {
    const text = JSON.stringify(content);
    if (last.current.content !== text) {
      const atMs = serverNow();
      last.current = { content: text, requestId: uuid7(atMs), atMs };
    }
    setBusy(true);
    setRefusal("");
    setReason("");
    body(last.current.requestId, last.current.atMs)
      .then(() => {
        // The same once more is another request: somebody wants it twice.
        last.current.content = "";
      })
      .catch((error) => {
        setRefusal(refusalText(error));
        setReason(error instanceof CallError ? error.reason : "");
      })
      .finally(() => setBusy(false));
  };
  return { busy, refusal, reason, refuse: setRefusal, run };
}
