// Packs that are missing, and saying what became of them.
import { useState } from "preact/hooks";
import { call, callAll } from "../connect/call";
import { alerts, shipments } from "../connect/services";
import { int, moment, number, zonedTime } from "../format/format";
import type { ShortageJson } from "../gen/milkway/shipments/v1/shortages_pb";
import { useLoaded } from "../ui/hooks";
import { Field, Notice, Shown } from "../ui/parts";
import { w as desk } from "../words/desk";
import { w } from "../words/desk_more";
import type { ViewProps } from "./desk";
import { type Names, placeName, readLots, readNames } from "./places";
import { useSubmit } from "./submit";

const kOutcomes = ["FOUND", "LOST", "STOLEN", "COUNTED_WRONGLY"] as const;

function keyOf(shortage: ShortageJson): string {
  return `${shortage.shipmentId}/${shortage.receiptId}/${shortage.lotId}`;
}

/** One shortage: how it is known, and one button for each thing that can have happened. */
function Resolve(props: {
  shortage: ShortageJson;
  title: string;
  writes: boolean;
  onDone: (text: string) => void;
}) {
  const { shortage } = props;
  const [packs, setPacks] = useState(shortage.openPacks ?? "0");
  const [note, setNote] = useState("");
  const submit = useSubmit();
  const resolve = (outcome: (typeof kOutcomes)[number]) => {
    if (!/^\d{1,8}$/.test(packs)) {
      submit.refuse(desk("wholeNumber", { name: desk("packs") }));
      return;
    }
    if (note.trim() === "") {
      submit.refuse(w("noteNeeded"));
      return;
    }
    submit.run({ outcome, packs, note, of: keyOf(shortage) }, async (requestId, atMs) => {
      const { shipmentId, receiptId, lotId } = shortage;
      const resolution = {
        outcome: `SHORTAGE_OUTCOME_${outcome}` as const,
        packs,
        note,
        occurredAt: zonedTime(atMs),
      };
      await call(shipments, "resolveShortage", {
        requestId,
        shipmentId,
        receiptId,
        lotId,
        resolution,
      });
      // Whoever looks at the alerts next sees what is left of them.
      await call(alerts, "evaluateAlerts", { requestId });
      props.onDone(`${props.title}: ${packs} × ${w(`outcome_${outcome}`)}`);
    });
  };
  return (
    <fieldset class="card">
      <legend>{props.title}</legend>
      {props.writes && (
        <>
          <div class="fields">
            <Field label={desk("packs")} inputMode="numeric" value={packs} onValue={setPacks} />
            <Field label={w("howKnown")} value={note} onValue={setNote} />
          </div>
          {submit.refusal !== "" && <Notice kind="error">{submit.refusal}</Notice>}
          <div class="actions">
            {kOutcomes.map((outcome) => (
              <button
                key={outcome}
                type="button"
                disabled={submit.busy}
                onClick={() => resolve(outcome)}
              >
                {w(`outcome_${outcome}`)}
              </button>
            ))}
          </div>
        </>
      )}
    </fieldset>
  );
}

async function readShortages(shipmentId: string) {
  const [names, rows] = await Promise.all([
    readNames(),
    callAll(shipments, "listShortages", { shipmentId }, (r) => r.shortages),
  ]);
  const lotIds = [...new Set(rows.map((row) => row.lotId ?? "0"))];
  return { names, rows, lots: await readLots(lotIds) };
}

type Read = Awaited<ReturnType<typeof readShortages>>;

function titleOf(shortage: ShortageJson, names: Names, lots: Read["lots"]): string {
  const lot = lots.find((each) => each.lotId === shortage.lotId);
  return [
    shortage.shipmentId,
    lot?.lotNumber,
    placeName(names, shortage.destinationId),
    moment(Date.parse(shortage.missedAt?.instant ?? "")),
    w("packsOpen", { count: number(int(shortage.openPacks)) }),
  ].join(" · ");
}

/** The open shortages of a shipment; of all if `shipmentId` is empty. */
export function ShortageList(props: {
  shipmentId: string;
  writes: boolean;
  onChanged?: () => void;
}) {
  const [done, setDone] = useState("");
  const [loaded, reload] = useLoaded(props.shipmentId, () => readShortages(props.shipmentId));
  const resolved = (text: string) => {
    setDone(text);
    reload();
    props.onChanged?.();
  };
  return (
    <>
      {done !== "" && <Notice kind="info">{w("resolved", { what: done })}</Notice>}
      <Shown of={loaded} retry={reload}>
        {({ names, rows, lots }) =>
          rows.length === 0 ? (
            <p class="hint">{w("noShortage")}</p>
          ) : (
            rows.map((shortage) => (
              <Resolve
                key={keyOf(shortage) + shortage.openPacks}
                shortage={shortage}
                title={titleOf(shortage, names, lots)}
                writes={props.writes}
                onDone={resolved}
              />
            ))
          )
        }
      </Shown>
    </>
  );
}

export function Shortages({ subject, writes }: ViewProps) {
  return (
    <>
      <div class="head">
        <h2>{w("shortages")}</h2>
        {subject !== "" && (
          <a href={`#/shipments/${encodeURIComponent(subject)}`}>‹ {desk("shipment")}</a>
        )}
      </div>
      <ShortageList key={subject} shipmentId={subject} writes={writes} />
    </>
  );
}
