// What is left at the school, and a count of it.
import { useState } from "preact/hooks";
import { serverNow } from "../connect/call";
import { dayIn, grams, number } from "../format/format";
import { Field, Notice } from "../ui/parts";
import { w } from "../words/school";
import { stockAhead } from "./class_day";
import { LotName } from "./deliveries";
import { type Counted, countDraft, countKey } from "./delivery";
import { EntryLine } from "./entry_state";
import type { SchoolModel } from "./model";
import type { Snapshot, StockLine } from "./snapshot";

/** School days for which the usable milk of `lines` lasts, if all pupils drink. */
export function daysLeft(lines: StockLine[], pupils: number, today: string): number {
  if (pupils === 0) return 0;
  const cups = lines
    .filter((line) => line.expiresOn >= today && line.servingG > 0)
    .reduce((sum, line) => sum + Math.floor(line.usableG / line.servingG), 0);
  return Math.floor(cups / pupils);
}

/** What a person typed for a lot; undefined if nothing. */
function countedOf(packs: string, loose: string): Counted | undefined {
  if (packs.trim() === "" && loose.trim() === "") return undefined;
  return { packs: Number.parseInt(packs, 10) || 0, looseG: Number.parseInt(loose, 10) || 0 };
}

function CountForm(props: { model: SchoolModel; snapshot: Snapshot; onDone: () => void }) {
  const { model, snapshot } = props;
  const [typed, setTyped] = useState<Record<string, { packs: string; loose: string }>>({});
  const [afterServing, setAfterServing] = useState(true);
  const counted: Record<string, Counted> = {};
  for (const [lotId, each] of Object.entries(typed)) {
    const found = countedOf(each.packs, each.loose);
    if (found !== undefined) counted[lotId] = found;
  }
  const save = (event: Event) => {
    event.preventDefault();
    const by = { personId: model.person.personId, schoolId: model.schoolId };
    void model.record(countDraft(by, snapshot, counted, afterServing, serverNow()));
    props.onDone();
  };
  return (
    <form class="card" onSubmit={save}>
      <p class="hint">{w("countHelp")}</p>
      {snapshot.stock.map((line) => {
        const now = typed[line.lotId] ?? { packs: "", loose: "" };
        const set = (part: Partial<typeof now>) =>
          setTyped({ ...typed, [line.lotId]: { ...now, ...part } });
        return (
          <fieldset key={line.lotId}>
            <legend>
              <LotName line={line} />
            </legend>
            <div class="pair">
              <Field
                label={w("fullBags")}
                inputMode="numeric"
                value={now.packs}
                onValue={(packs) => set({ packs })}
              />
              <Field
                label={w("looseGrams")}
                inputMode="numeric"
                value={now.loose}
                onValue={(loose) => set({ loose })}
              />
            </div>
          </fieldset>
        );
      })}
      <label class="check">
        <input
          type="checkbox"
          checked={afterServing}
          onChange={(event) => setAfterServing(event.currentTarget.checked)}
        />
        {w("afterServing")}
      </label>
      <div class="actions">
        <button type="submit" class="main" disabled={Object.keys(counted).length === 0}>
          {w("saveCount")}
        </button>
        <button type="button" class="quiet" onClick={props.onDone}>
          {w("cancel")}
        </button>
      </div>
    </form>
  );
}

function StockRow({ line, today }: { line: StockLine; today: string }) {
  const packs = line.packG === 0 ? 0 : Math.floor(line.usableG / line.packG);
  return (
    <div class="row">
      <div>
        <LotName line={line} />
        {line.expiresOn < today && <strong class="bad">{w("expired")}</strong>}
      </div>
      <span class="figures">
        <strong>{grams(line.usableG)}</strong>
        <small>{w("bags", { count: number(packs) })}</small>
      </span>
    </div>
  );
}

/** What is left, as the books will have it once this phone's records are there. */
export function Stock({ model, snapshot }: { model: SchoolModel; snapshot: Snapshot }) {
  const [counting, setCounting] = useState(false);
  const today = dayIn(snapshot.timeZone, serverNow());
  const lines = stockAhead(snapshot, model.entries).filter((line) => line.usableG > 0);
  const pupils = snapshot.pupils.filter((pupil) => pupil.drinks).length;
  const entry = model.entries.find((each) => each.naturalKey === countKey(snapshot));
  return (
    <>
      {lines.length === 0 && <Notice kind="info">{w("noStock")}</Notice>}
      {lines.length > 0 && (
        <section class="card">
          <p class="count">
            {grams(lines.reduce((sum, line) => sum + line.usableG, 0))}
            {" · "}
            {w("enoughFor", { days: daysLeft(lines, pupils, today) })}
          </p>
          {lines.map((line) => (
            <StockRow key={line.lotId} line={line} today={today} />
          ))}
        </section>
      )}
      {entry && (
        <section class="card">
          <p>{w("countSaved")}</p>
          <EntryLine model={model} entry={entry} />
        </section>
      )}
      {counting && (
        <CountForm model={model} snapshot={snapshot} onDone={() => setCounting(false)} />
      )}
      {!counting && snapshot.stock.length > 0 && (
        <button type="button" onClick={() => setCounting(true)}>
          {w("startCount")}
        </button>
      )}
    </>
  );
}
