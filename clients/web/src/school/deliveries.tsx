// Shipments on their way to the school: what really arrived.
import { useState } from "preact/hooks";
import { serverNow } from "../connect/call";
import { day } from "../format/format";
import { uuid7 } from "../format/uuid";
import type { DamageReasonJson } from "../gen/milkway/shipments/v1/kinds_pb";
import { Field, Notice } from "../ui/parts";
import { w } from "../words/school";
import { language } from "../words/words";
import { goodPacks, kNoTrouble, receiptDraft, receiptKey, type Trouble } from "./delivery";
import { EntryLine } from "./entry_state";
import type { SchoolModel } from "./model";
import { kPhotosMax } from "./outbox";
import { smallJpeg } from "./photo";
import type { Delivery, DeliveryLine, Snapshot } from "./snapshot";

const kReasons: [
  DamageReasonJson,
  "torn" | "crushed" | "wet" | "heat" | "pests" | "otherReason",
][] = [
  ["DAMAGE_REASON_TORN", "torn"],
  ["DAMAGE_REASON_CRUSHED", "crushed"],
  ["DAMAGE_REASON_WET", "wet"],
  ["DAMAGE_REASON_HEAT", "heat"],
  ["DAMAGE_REASON_PESTS", "pests"],
  ["DAMAGE_REASON_OTHER", "otherReason"],
];

/** Product, lot and expiry of a line. */
export function LotName(props: {
  line: { nameZh: string; nameEn: string; lotNumber: string; expiresOn: string };
}) {
  const { line } = props;
  return (
    <div class="lot">
      <strong>{language() === "zh" ? line.nameZh : line.nameEn}</strong>
      <small>
        {w("lot", { lot: line.lotNumber })} · {w("bestBefore", { day: day(line.expiresOn) })}
      </small>
    </div>
  );
}

/** A number with buttons for one more and one less. */
function Stepper(props: { label: string; value: number; onValue: (value: number) => void }) {
  return (
    <div class="stepper" role="group" aria-label={props.label}>
      <span>{props.label}</span>
      <button
        type="button"
        aria-label={w("less", { what: props.label })}
        disabled={props.value === 0}
        onClick={() => props.onValue(props.value - 1)}
      >
        −
      </button>
      <input
        inputMode="numeric"
        aria-label={props.label}
        value={String(props.value)}
        onInput={(event) =>
          props.onValue(Math.max(0, Number.parseInt(event.currentTarget.value, 10) || 0))
        }
      />
      <button
        type="button"
        aria-label={w("more", { what: props.label })}
        onClick={() => props.onValue(props.value + 1)}
      >
        +
      </button>
    </div>
  );
}

function TroubleForm(props: {
  line: DeliveryLine;
  trouble: Trouble;
  onTrouble: (trouble: Trouble) => void;
}) {
  const { line, trouble, onTrouble } = props;
  const change = (part: Partial<Trouble>) => onTrouble({ ...trouble, ...part });
  return (
    <fieldset>
      <legend>
        <LotName line={line} />
      </legend>
      <p class="count">{w("good", { count: goodPacks(line.packs, trouble) })}</p>
      <Stepper
        label={w("missing")}
        value={trouble.missing}
        onValue={(value) => change({ missing: Math.min(value, line.packs - trouble.damaged) })}
      />
      <Stepper
        label={w("damaged")}
        value={trouble.damaged}
        onValue={(value) => change({ damaged: Math.min(value, line.packs - trouble.missing) })}
      />
      {trouble.damaged > 0 && (
        <div class="chips" role="group" aria-label={w("damageReason")}>
          {kReasons.map(([reason, name]) => (
            <button
              type="button"
              key={reason}
              aria-pressed={trouble.reason === reason}
              onClick={() => change({ reason })}
            >
              {w(name)}
            </button>
          ))}
        </div>
      )}
      <Stepper label={w("over")} value={trouble.over} onValue={(over) => change({ over })} />
    </fieldset>
  );
}

/** Takes photos; what is taken can be left out again. */
function Photos(props: { photos: ArrayBuffer[]; onPhotos: (photos: ArrayBuffer[]) => void }) {
  const { photos, onPhotos } = props;
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const take = async (file: File) => {
    setBusy(true);
    try {
      onPhotos([...photos, await smallJpeg(file)]);
      setFailed(false);
    } catch {
      setFailed(true);
    }
    setBusy(false);
  };
  return (
    <div class="photos">
      {photos.map((photo, i) => (
        <button
          type="button"
          class="quiet"
          key={photo}
          onClick={() => onPhotos(photos.filter((each) => each !== photo))}
        >
          {w("photoRemove", { number: i + 1, size: Math.ceil(photo.byteLength / 1000) })}
        </button>
      ))}
      {failed && <Notice kind="error">{w("photoFailed")}</Notice>}
      {photos.length < kPhotosMax && (
        <label class="photo">
          <input
            type="file"
            accept="image/*"
            capture="environment"
            disabled={busy}
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              event.currentTarget.value = "";
              if (file !== undefined) void take(file);
            }}
          />
          <span>{busy ? w("photoBusy") : w("photoTake")}</span>
        </label>
      )}
    </div>
  );
}

interface DeliveryProps {
  model: SchoolModel;
  delivery: Delivery;
}

function saveReceipt(
  { model, delivery }: DeliveryProps,
  troubles: Record<string, Trouble>,
  note: string,
  photos: ArrayBuffer[],
): void {
  const by = { personId: model.person.personId, schoolId: model.schoolId };
  const now = serverNow();
  const receiptId = `receipt-${uuid7(now)}`;
  void model.record(receiptDraft(by, delivery, troubles, note, receiptId, now, photos));
}

/** What is short, damaged or too much, lot by lot. */
function ReceiptForm(props: DeliveryProps & { onDone: () => void }) {
  const { delivery, onDone } = props;
  const [troubles, setTroubles] = useState<Record<string, Trouble>>({});
  const [note, setNote] = useState("");
  const [photos, setPhotos] = useState<ArrayBuffer[]>([]);
  const submit = (event: Event) => {
    event.preventDefault();
    saveReceipt(props, troubles, note, photos);
    onDone();
  };
  return (
    <form onSubmit={submit}>
      {delivery.lines.map((line) => (
        <TroubleForm
          key={line.lotId}
          line={line}
          trouble={troubles[line.lotId] ?? kNoTrouble}
          onTrouble={(trouble) => setTroubles({ ...troubles, [line.lotId]: trouble })}
        />
      ))}
      <Field label={w("note")} value={note} onValue={setNote} />
      <Photos photos={photos} onPhotos={setPhotos} />
      <div class="actions">
        <button type="submit" class="main">
          {w("saveReceipt")}
        </button>
        <button type="button" class="quiet" onClick={onDone}>
          {w("cancel")}
        </button>
      </div>
    </form>
  );
}

function DeliveryCard(props: DeliveryProps) {
  const { model, delivery } = props;
  const [open, setOpen] = useState(false);
  const entry = model.entries.find((each) => each.naturalKey === receiptKey(delivery));
  return (
    <section class="card" aria-label={delivery.shipmentId}>
      <h2>{delivery.shipmentId}</h2>
      {delivery.expectedOn !== "" && (
        <p class="hint">{w("expected", { day: day(delivery.expectedOn) })}</p>
      )}
      {!open &&
        delivery.lines.map((line) => (
          <div class="row" key={line.lotId}>
            <LotName line={line} />
            <span>{w("bags", { count: line.packs })}</span>
          </div>
        ))}
      {entry && (
        <>
          <p>{w("receiptSaved")}</p>
          <EntryLine model={model} entry={entry} />
        </>
      )}
      {!open && (entry === undefined || entry.state === "refused") && (
        <div class="actions">
          <button type="button" class="main" onClick={() => saveReceipt(props, {}, "", [])}>
            {w("allArrived")}
          </button>
          <button type="button" onClick={() => setOpen(true)}>
            {w("notComplete")}
          </button>
        </div>
      )}
      {open && <ReceiptForm {...props} onDone={() => setOpen(false)} />}
    </section>
  );
}

/** What is on its way. */
export function Deliveries({ model, snapshot }: { model: SchoolModel; snapshot: Snapshot }) {
  const coming = snapshot.deliveries.filter((delivery) => delivery.lines.length > 0);
  if (coming.length === 0) return <Notice kind="info">{w("noDeliveries")}</Notice>;
  return (
    <>
      {coming.map((delivery) => (
        <DeliveryCard key={receiptKey(delivery)} model={model} delivery={delivery} />
      ))}
    </>
  );
}
