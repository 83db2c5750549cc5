// A new shipment: lots of a place, what expires first first, never more than lies there.
import { useState } from "preact/hooks";
import { call } from "../connect/call";
import { shipments } from "../connect/services";
import { day, int, number } from "../format/format";
import type { TransportModeJson } from "../gen/milkway/shipments/v1/kinds_pb";
import { useLoaded } from "../ui/hooks";
import { Field, Notice, Shown } from "../ui/parts";
import { w } from "../words/desk";
import { type LotHere, type Names, placeName, productName, readLotsAt } from "./places";
import { useSubmit } from "./submit";

const kModes = ["COURIER", "ROAD", "RAIL", "SEA", "AIR"] as const;

/** Packs of a lot that lie there whole. */
function packsHere({ lot, usableG }: LotHere): number {
  return Math.floor(usableG / Math.max(1, int(lot.packWeightG)));
}

function LotFields(props: {
  lots: LotHere[];
  names: Names;
  packs: Record<string, string>;
  onPacks: (packs: Record<string, string>) => void;
}) {
  return (
    <div class="fields">
      {props.lots.map((here) => {
        const lotId = here.lot.lotId ?? "0";
        const most = packsHere(here);
        const set = (typed: string) => {
          const packs = Math.min(most, Math.max(0, Number.parseInt(typed, 10) || 0));
          props.onPacks({ ...props.packs, [lotId]: typed === "" ? "" : String(packs) });
        };
        const title = [
          productName(props.names, here.lot.productId),
          here.lot.lotNumber,
          day(here.lot.expiresOn),
          w("available", { count: number(most) }),
        ].join(" · ");
        return (
          <Field
            key={lotId}
            label={title}
            inputMode="numeric"
            value={props.packs[lotId] ?? ""}
            onValue={set}
          />
        );
      })}
    </div>
  );
}

function PlaceSelect(props: {
  label: string;
  names: Names;
  value: string;
  onValue: (id: string) => void;
}) {
  return (
    <label class="field">
      <span>{props.label}</span>
      <select
        value={props.value}
        required
        onChange={(event) => props.onValue(event.currentTarget.value)}
      >
        <option value="">{w("choosePlace")}</option>
        {props.names.locations
          .filter((place) => place.kind !== "LOCATION_KIND_SUPPLIER")
          .map((place) => (
            <option key={place.locationId} value={place.locationId}>
              {placeName(props.names, place.locationId)}
            </option>
          ))}
      </select>
    </label>
  );
}

/** The form of a new shipment. It becomes a draft, and is shown then. */
export function NewShipment({ names }: { names: Names }) {
  const [shipmentId, setId] = useState("");
  const [originId, setOrigin] = useState("");
  const [destinationId, setDestination] = useState("");
  const [carrier, setCarrier] = useState("");
  const [expectedOn, setExpected] = useState("");
  const [mode, setMode] = useState<(typeof kModes)[number]>("COURIER");
  const [packs, setPacks] = useState<Record<string, string>>({});
  const [lots, retry] = useLoaded(originId, () =>
    originId === "" ? Promise.resolve([]) : readLotsAt(originId),
  );
  const submit = useSubmit();
  const send = (event: Event) => {
    event.preventDefault();
    const lines = Object.entries(packs)
      .filter(([, count]) => int(count) > 0)
      .map(([lotId, count]) => ({ lotId, packs: count }));
    const transport: TransportModeJson = `TRANSPORT_MODE_${mode}`;
    const shipment = {
      shipmentId,
      originId,
      destinationId,
      carrier,
      expectedOn,
      mode: transport,
      lines,
    };
    submit.run(shipment, async (requestId) => {
      await call(shipments, "createShipment", { requestId, shipment });
      location.hash = `#/shipments/${encodeURIComponent(shipmentId)}`;
    });
  };
  return (
    <form class="card" onSubmit={send}>
      <div class="fields">
        <Field label={w("shipment")} value={shipmentId} onValue={setId} required />
        <PlaceSelect label={w("origin")} names={names} value={originId} onValue={setOrigin} />
        <PlaceSelect
          label={w("destination")}
          names={names}
          value={destinationId}
          onValue={setDestination}
        />
        <label class="field">
          <span>{w("mode")}</span>
          <select
            value={mode}
            onChange={(event) => setMode(event.currentTarget.value as (typeof kModes)[number])}
          >
            {kModes.map((each) => (
              <option key={each} value={each}>
                {w(`mode_${each}`)}
              </option>
            ))}
          </select>
        </label>
        <Field label={w("carrier")} value={carrier} onValue={setCarrier} />
        <Field label={w("expectedOn")} type="date" value={expectedOn} onValue={setExpected} />
      </div>
      <Shown of={lots} retry={retry}>
        {(here) => <LotFields lots={here} names={names} packs={packs} onPacks={setPacks} />}
      </Shown>
      {submit.refusal !== "" && <Notice kind="error">{submit.refusal}</Notice>}
      <button type="submit" class="main" disabled={submit.busy}>
        {w("saveDraft")}
      </button>
    </form>
  );
}
