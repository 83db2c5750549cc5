// A new shipment: lots of a place, what expires first first, never more than lies there.
import { useEffect, useState } from "preact/hooks";
import { call } from "../connect/call";
import { shipments } from "../connect/services";
import { day, int, number } from "../format/format";
import type { TransportModeJson } from "../gen/milkway/shipments/v1/kinds_pb";
import { useLoaded } from "../ui/hooks";
import { Field, Notice, Shown } from "../ui/parts";
import { w } from "../words/desk";
import type { ViewProps } from "./desk";
import { type LotHere, type Names, placeName, productName, readLotsAt, readNames } from "./places";
import { useSubmit } from "./submit";

const kModes = ["COURIER", "ROAD", "RAIL", "SEA", "AIR"] as const;

/** Lots that are offered at once. */
const kLotsShown = 60;

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
  // With thousands of lots: those that are taken, and what expires next.
  const shown = props.lots.filter(
    ({ lot }, i) => i < kLotsShown || int(props.packs[lot.lotId ?? "0"]) > 0,
  );
  return (
    <div class="fields">
      {shown.map((here) => {
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

/** Packs for `wanted` of them, what expires first first; "" where none is taken. */
export function fefoPacks(lots: LotHere[], wanted: number): Record<string, string> {
  let left = wanted;
  const packs: Record<string, string> = {};
  for (const here of lots) {
    const take = Math.min(left, packsHere(here));
    packs[here.lot.lotId ?? "0"] = take > 0 ? String(take) : "";
    left -= take;
  }
  return packs;
}

/** How many packs to take: the lots follow by themselves. */
function Suggest(props: {
  lots: LotHere[];
  wanted: string;
  onPacks: (packs: Record<string, string>) => void;
}) {
  const [wanted, setWanted] = useState(props.wanted);
  const suggest = (typed: string) => {
    setWanted(typed);
    props.onPacks(fefoPacks(props.lots, Number.parseInt(typed, 10) || 0));
  };
  useEffect(() => {
    if (wanted !== "") suggest(wanted);
  }, []);
  return <Field label={w("suggestPacks")} inputMode="numeric" value={wanted} onValue={suggest} />;
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

type Mode = (typeof kModes)[number];

function ModeSelect({ value, onValue }: { value: Mode; onValue: (mode: Mode) => void }) {
  return (
    <label class="field">
      <span>{w("mode")}</span>
      <select value={value} onChange={(event) => onValue(event.currentTarget.value as Mode)}>
        {kModes.map((each) => (
          <option key={each} value={each}>
            {w(`mode_${each}`)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The lots of a place, and how many packs of each are taken. */
function Lots(props: {
  originId: string;
  names: Names;
  wanted: string;
  packs: Record<string, string>;
  onPacks: (packs: Record<string, string>) => void;
}) {
  const { originId, names, wanted, packs, onPacks } = props;
  const [lots, retry] = useLoaded(originId, () =>
    originId === "" ? Promise.resolve([]) : readLotsAt(originId),
  );
  return (
    <Shown of={lots} retry={retry}>
      {(here) => (
        <>
          {here.length > 0 && <Suggest lots={here} wanted={wanted} onPacks={onPacks} />}
          <LotFields lots={here} names={names} packs={packs} onPacks={onPacks} />
        </>
      )}
    </Shown>
  );
}

/** What is known of a shipment before anybody types. */
export interface Wanted {
  originId: string;
  destinationId: string;
  packs: string;
}

/** The form of a new shipment. It becomes a draft, and is shown then. */
export function NewShipment({ names, wanted }: { names: Names; wanted?: Wanted }) {
  const [shipmentId, setId] = useState("");
  const [originId, setOrigin] = useState(wanted?.originId ?? "");
  const [destinationId, setDestination] = useState(wanted?.destinationId ?? "");
  const [carrier, setCarrier] = useState("");
  const [expectedOn, setExpected] = useState("");
  const [mode, setMode] = useState<Mode>("COURIER");
  const [packs, setPacks] = useState<Record<string, string>>({});
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
        <ModeSelect value={mode} onValue={setMode} />
        <Field label={w("carrier")} value={carrier} onValue={setCarrier} />
        <Field label={w("expectedOn")} type="date" value={expectedOn} onValue={setExpected} />
      </div>
      <Lots
        key={originId}
        originId={originId}
        names={names}
        wanted={wanted?.packs ?? ""}
        packs={packs}
        onPacks={setPacks}
      />
      {submit.refusal !== "" && <Notice kind="error">{submit.refusal}</Notice>}
      <button type="submit" class="main" disabled={submit.busy}>
        {w("saveDraft")}
      </button>
    </form>
  );
}

/** A new shipment as a plan suggests it: "#/new-shipment/ORIGIN/DESTINATION/PACKS". */
export function ShipLots({ subject, more, writes }: ViewProps) {
  const [loaded, retry] = useLoaded("names", readNames);
  if (!writes) return <Notice kind="warning">{w("noWrites")}</Notice>;
  const [destinationId = "", packs = ""] = more;
  return (
    <>
      <h2>{w("newShipment")}</h2>
      <Shown of={loaded} retry={retry}>
        {(names) => (
          <NewShipment names={names} wanted={{ originId: subject, destinationId, packs }} />
        )}
      </Shown>
    </>
  );
}
