// Chooses the PIN of a phone, and asks for it.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Notice } from "../ui/parts";
import { w } from "../words/school";
import { openDatabase } from "./database";
import { choosePin, kPinDigits, type LockState, lockState, noteUse, tryPin } from "./lock";

/** The lock is looked at, and use is noted, this often, in milliseconds. */
const kLookMs = 20_000;

async function withDatabase<T>(body: (db: IDBDatabase) => Promise<T>): Promise<T> {
  const db = await openDatabase();
  try {
    return await body(db);
  } finally {
    db.close();
  }
}

/** A field that is done once all digits are typed: no button. */
function Digits(props: { label: string; busy: boolean; onDone: (pin: string) => void }) {
  const [pin, setPin] = useState("");
  const type = (text: string) => {
    const digits = text.replace(/\D/g, "").slice(0, kPinDigits);
    setPin(digits);
    if (digits.length < kPinDigits) return;
    setPin("");
    props.onDone(digits);
  };
  return (
    <label class="field">
      <span>{props.label}</span>
      <input
        class="pin"
        type="password"
        inputMode="numeric"
        autoComplete="off"
        value={pin}
        disabled={props.busy}
        ref={(input) => input?.focus()}
        onInput={(event) => type(event.currentTarget.value)}
      />
    </label>
  );
}

function ChoosePin({ onOpen }: { onOpen: () => void }) {
  const [first, setFirst] = useState("");
  const [differs, setDiffers] = useState(false);
  const [busy, setBusy] = useState(false);
  const typed = (pin: string) => {
    setDiffers(first !== "" && first !== pin);
    setFirst(first === "" ? pin : "");
    if (first !== pin) return;
    setBusy(true);
    void withDatabase((db) => choosePin(db, pin, Date.now())).then(onOpen);
  };
  return (
    <section class="card">
      <h2>{w("pinChoose")}</h2>
      <p class="hint">{w("pinHelp")}</p>
      {differs && <Notice kind="error">{w("pinDiffers")}</Notice>}
      <Digits
        key={first}
        label={first === "" ? w("pinNew") : w("pinAgain")}
        busy={busy}
        onDone={typed}
      />
    </section>
  );
}

function AskPin({ onOpen, onForgotten }: { onOpen: () => void; onForgotten: () => void }) {
  const [left, setLeft] = useState<number>();
  const [busy, setBusy] = useState(false);
  const typed = async (pin: string) => {
    setBusy(true);
    const result = await withDatabase((db) => tryPin(db, pin, Date.now()));
    setBusy(false);
    if (result === "open") onOpen();
    else if (result === 0) onForgotten();
    else setLeft(result);
  };
  return (
    <section class="card">
      <h2>{w("pinLocked")}</h2>
      {left !== undefined && <Notice kind="error">{w("pinWrong", { left })}</Notice>}
      <Digits label={w("pinType")} busy={busy} onDone={(pin) => void typed(pin)} />
      <button type="button" class="quiet" onClick={onForgotten}>
        {w("pinForgotten")}
      </button>
    </section>
  );
}

/** Shows what is in it once the PIN was chosen or typed. */
export function PinGate(props: { onForgotten: () => void; children: ComponentChildren }) {
  const [state, setState] = useState<LockState>();
  useEffect(() => {
    let notedAt = 0;
    let before: LockState | undefined;
    const look = async () => {
      const now = await withDatabase((db) => lockState(db, Date.now()));
      // Another tab forgot what the phone had read: so does this one.
      const forgotten = now === "none" && (before === "open" || before === "locked");
      before = now;
      if (forgotten) props.onForgotten();
      else setState(now);
    };
    const use = () => {
      if (Math.abs(Date.now() - notedAt) < kLookMs) return;
      notedAt = Date.now();
      void withDatabase((db) => noteUse(db, Date.now()));
    };
    void look();
    const timer = setInterval(look, kLookMs);
    document.addEventListener("visibilitychange", look);
    document.addEventListener("click", use, true);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
      document.removeEventListener("click", use, true);
    };
  }, []);
  const open = () => setState("open");
  if (state === undefined) return null;
  if (state === "open" || state === "unable") return <>{props.children}</>;
  return (
    <main class="gate">
      {state === "none" ? (
        <ChoosePin onOpen={open} />
      ) : (
        <AskPin onOpen={open} onForgotten={props.onForgotten} />
      )}
    </main>
  );
}
