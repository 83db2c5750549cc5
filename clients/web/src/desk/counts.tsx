// Counts of a place: what the books held, what was there, and a new one.
import { useState } from "preact/hooks";
import { call, callAll } from "../connect/call";
import { stock } from "../connect/services";
import { day, grams, int, moment, zonedTime } from "../format/format";
import type { CountSheetLineJson, RecordedCountJson } from "../gen/milkway/inventory/v1/stock_pb";
import { useLoaded } from "../ui/hooks";
import { Field, Notice, Shown } from "../ui/parts";
import { w } from "../words/desk";
import { language } from "../words/words";
import type { ViewProps } from "./desk";
import { type Names, placeName, readNames } from "./places";
import { useSubmit } from "./submit";
import { type Column, Table } from "./table";

function columns(): Column<RecordedCountJson>[] {
  const variance = (each: RecordedCountJson) => int(each.count?.countedG) - int(each.expectedG);
  return [
    {
      name: w("countedAt"),
      value: ({ count }) => moment(Date.parse(count?.countedAt?.instant ?? "")),
    },
    { name: w("lot"), value: ({ count }) => count?.lotId ?? "" },
    {
      name: `${w("expected")} (g)`,
      value: (each) => int(each.expectedG),
      show: (each) => grams(int(each.expectedG)),
    },
    {
      name: `${w("counted")} (g)`,
      value: ({ count }) => int(count?.countedG),
      show: ({ count }) => grams(int(count?.countedG)),
    },
    {
      name: `${w("variance")} (g)`,
      value: variance,
      show: (each) => grams(variance(each)),
      sum: (total) => grams(total),
    },
  ];
}

interface Typed {
  packs: string;
  loose: string;
}

function SheetForm(props: { place: string; lines: CountSheetLineJson[]; onSaved: () => void }) {
  const [typed, setTyped] = useState<Record<string, Typed>>({});
  const submit = useSubmit();
  const send = (event: Event) => {
    event.preventDefault();
    const all = Object.entries(typed).filter(([, each]) => each.packs + each.loose !== "");
    if (all.some(([, each]) => !/^\d{0,9}$/.test(each.packs) || !/^\d{0,9}$/.test(each.loose))) {
      submit.refuse(w("wholeNumber", { name: w("counted") }));
      return;
    }
    submit.run({ typed, place: props.place }, async (requestId, atMs) => {
      const countedAt = zonedTime(atMs);
      const counts = all.map(([lotId, each]) => {
        const packG = int(props.lines.find((line) => line.lotId === lotId)?.packWeightG);
        const countedG = String(int(each.packs) * packG + int(each.loose));
        return { locationId: props.place, countedAt, lotId, countedG };
      });
      await call(stock, "recordCounts", { requestId, locationId: props.place, counts });
      props.onSaved();
    });
  };
  return (
    <form class="card" onSubmit={send}>
      {props.lines.map((line) => {
        const lotId = line.lotId ?? "0";
        const now = typed[lotId] ?? { packs: "", loose: "" };
        const set = (part: Partial<Typed>) => setTyped({ ...typed, [lotId]: { ...now, ...part } });
        return (
          <fieldset key={lotId}>
            <legend>
              {language() === "zh" ? line.productNameZh : line.productNameEn} · {line.lotNumber} ·{" "}
              {day(line.expiresOn)}
            </legend>
            <div class="fields">
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
      {submit.refusal !== "" && <Notice kind="error">{submit.refusal}</Notice>}
      <button type="submit" class="main" disabled={submit.busy}>
        {w("save")}
      </button>
    </form>
  );
}

function CountsAt({ place, counting }: { place: string; counting: boolean }) {
  const [open, setOpen] = useState(false);
  const [loaded, reload] = useLoaded(place, async () => {
    const [counts, lines] = await Promise.all([
      callAll(stock, "listCounts", { locationId: place }, (r) => r.counts),
      callAll(stock, "getCountSheet", { locationId: place }, (r) => r.lines),
    ]);
    return { counts, lines };
  });
  return (
    <Shown of={loaded} retry={reload}>
      {({ counts, lines }) => (
        <>
          {counting && lines.length > 0 && (
            <button type="button" class={open ? "" : "main"} onClick={() => setOpen(!open)}>
              {open ? w("cancel") : w("newCount")}
            </button>
          )}
          {open && (
            <SheetForm
              place={place}
              lines={lines}
              onSaved={() => {
                setOpen(false);
                reload();
              }}
            />
          )}
          <Table
            name={w("counts")}
            columns={columns()}
            rows={counts}
            keyOf={({ count }) => `${count?.lotId}/${count?.countedAt?.instant}`}
          />
        </>
      )}
    </Shown>
  );
}

function Places(props: {
  names: Names;
  scopes: string[];
  value: string;
  onValue: (id: string) => void;
}) {
  const shown = props.names.locations.filter(
    (place) =>
      place.kind !== "LOCATION_KIND_SUPPLIER" &&
      (props.scopes.length === 0 || props.scopes.includes(place.locationId ?? "")),
  );
  return (
    <label class="field">
      <span>{w("place")}</span>
      <select value={props.value} onChange={(event) => props.onValue(event.currentTarget.value)}>
        <option value="">{w("choosePlace")}</option>
        {shown.map((place) => (
          <option key={place.locationId} value={place.locationId}>
            {placeName(props.names, place.locationId)}
          </option>
        ))}
      </select>
    </label>
  );
}

export function Counts({ person, writes, subject }: ViewProps) {
  const [place, setPlace] = useState(subject || (person.scopes[0] ?? ""));
  const [loaded, retry] = useLoaded("names", readNames);
  const counting = writes || person.role === "ROLE_WAREHOUSE";
  return (
    <>
      <h2>{w("counts")}</h2>
      <Shown of={loaded} retry={retry}>
        {(names) => (
          <Places names={names} scopes={person.scopes} value={place} onValue={setPlace} />
        )}
      </Shown>
      {place !== "" && <CountsAt key={place} place={place} counting={counting} />}
    </>
  );
}
