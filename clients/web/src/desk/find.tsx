// Ctrl-K: finds anything by a part of its id or name.
import { useEffect, useRef, useState } from "preact/hooks";
import type { SignedIn } from "../session/session";
import { useLoaded } from "../ui/hooks";
import { Shown } from "../ui/parts";
import { w } from "../words/desk_more";
import { type Findable, find } from "./find_index";
import { readFindable } from "./find_read";

function Finds(props: { finds: Findable[]; chosen: number; onGo: (to: Findable) => void }) {
  return (
    <div class="finds" id="finds" role="listbox" aria-label={w("finds")}>
      {props.finds.map((entry, i) => (
        // The keyboard goes through them from the field (aria-activedescendant).
        // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys
        <div
          key={entry.href}
          id={`find-${i}`}
          role="option"
          tabIndex={-1}
          aria-selected={i === props.chosen}
          onClick={() => props.onGo(entry)}
        >
          <span class="kind">{w(`kind_${entry.kind}`)}</span> <b>{entry.id}</b> {entry.note}
        </div>
      ))}
    </div>
  );
}

function Search({ all, onGo }: { all: Findable[]; onGo: () => void }) {
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const finds = find(all, typed);
  const go = (to: Findable | undefined) => {
    if (to === undefined) return;
    location.hash = to.href;
    onGo();
  };
  const key = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter") go(finds[chosen]);
    if (step === undefined || finds.length === 0) return;
    event.preventDefault();
    const next = (chosen + step + finds.length) % finds.length;
    setChosen(next);
    document.getElementById(`find-${next}`)?.scrollIntoView({ block: "nearest" });
  };
  return (
    <>
      <label class="field">
        <span>{w("findHelp")}</span>
        <input
          ref={field}
          type="text"
          role="combobox"
          autoComplete="off"
          aria-expanded={finds.length > 0}
          aria-controls="finds"
          aria-activedescendant={finds.length > 0 ? `find-${chosen}` : undefined}
          value={typed}
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            setChosen(0);
          }}
          onKeyDown={key}
        />
      </label>
      {typed.trim() !== "" && finds.length === 0 && <p role="status">{w("nothingFound")}</p>}
      {finds.length > 0 && <Finds finds={finds} chosen={chosen} onGo={go} />}
    </>
  );
}

function Palette(props: {
  person: SignedIn;
  /** What was read when it was open before: shown until it is read anew. */
  kept: { all?: Findable[] };
  onClose: () => void;
}) {
  const { person, kept } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const [loaded, retry] = useLoaded(person.personId, async () => {
    kept.all = await readFindable(person);
    return kept.all;
  });
  useEffect(() => dialog.current?.showModal(), []);
  // Not at the dialog's own "close": that comes later, when it may be open again.
  const close = () => {
    dialog.current?.close();
    props.onClose();
  };
  const known = kept.all !== undefined && loaded.state === "loading";
  return (
    <dialog ref={dialog} class="palette" aria-label={w("find")} onCancel={close}>
      <Shown of={known ? { state: "ready", value: kept.all ?? [] } : loaded} retry={retry}>
        {(all) => <Search all={all} onGo={close} />}
      </Shown>
      <button type="button" class="quiet" onClick={close}>
        {w("close")}
      </button>
    </dialog>
  );
}

/** The button, and Ctrl-K everywhere on the desk. */
export function Find({ person }: { person: SignedIn }) {
  const [open, setOpen] = useState(false);
  const kept = useRef<{ all?: Findable[] }>({});
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setOpen(true);
    };
    window.addEventListener("keydown", key);
    return () => window.removeEventListener("keydown", key);
  }, []);
  return (
    <>
      <button type="button" class="quiet" title="Ctrl-K" onClick={() => setOpen(true)}>
        {w("find")}
      </button>
      {open && <Palette person={person} kept={kept.current} onClose={() => setOpen(false)} />}
    </>
  );
}
