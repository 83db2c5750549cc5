// Shipments: all of them, one of them, a new one.
import { useState } from "preact/hooks";
import { call, callAll } from "../connect/call";
import { shipments } from "../connect/services";
import { day, grams, int, moment, number, zonedTime } from "../format/format";
import type { ZonedTimeJson } from "../gen/milkway/common/v1/time_pb";
import type {
  GetShipmentResponseJson,
  RecordedReceiptJson,
  ShipmentJson,
  ShipmentLineJson,
  ShipmentLineStatusJson,
} from "../gen/milkway/shipments/v1/shipments_pb";
import { useLoaded } from "../ui/hooks";
import { Field, Notice, Shown } from "../ui/parts";
import { w } from "../words/desk";
import type { ViewProps } from "./desk";
import { NewShipment } from "./new_shipment";
import { type Names, placeName, readNames } from "./places";
import { ShortageList } from "./shortages";
import { useSubmit } from "./submit";
import { type Column, Table } from "./table";

const kStates = {
  SHIPMENT_STATE_UNSPECIFIED: "state_DRAFT",
  SHIPMENT_STATE_DRAFT: "state_DRAFT",
  SHIPMENT_STATE_DISPATCHED: "state_DISPATCHED",
  SHIPMENT_STATE_PARTLY_RECEIVED: "state_PARTLY_RECEIVED",
  SHIPMENT_STATE_RECEIVED: "state_RECEIVED",
  SHIPMENT_STATE_CANCELLED: "state_CANCELLED",
  SHIPMENT_STATE_LOST: "state_LOST",
  SHIPMENT_STATE_RETURNED: "state_RETURNED",
} as const;

function stateText(shipment: ShipmentJson): string {
  return w(kStates[shipment.state ?? "SHIPMENT_STATE_UNSPECIFIED"]);
}

function timeText(time: ZonedTimeJson | undefined): string {
  return time?.instant === undefined ? "–" : moment(Date.parse(time.instant));
}

function columns(names: Names): Column<ShipmentJson>[] {
  return [
    {
      name: w("shipment"),
      value: (each) => each.shipmentId ?? "",
      show: (each) => (
        <a href={`#/shipments/${encodeURIComponent(each.shipmentId ?? "")}`}>{each.shipmentId}</a>
      ),
    },
    { name: w("origin"), value: (each) => placeName(names, each.originId) },
    { name: w("destination"), value: (each) => placeName(names, each.destinationId) },
    { name: w("state"), value: stateText },
    {
      name: w("packs"),
      value: (each) => (each.lines ?? []).reduce((sum, line) => sum + int(line.packs), 0),
    },
    { name: w("expectedOn"), value: (each) => day(each.expectedOn) },
  ];
}

function gramColumn(
  name: string,
  field: keyof ShipmentLineStatusJson,
): Column<ShipmentLineStatusJson> {
  return {
    name: `${name} (g)`,
    value: (line) => int(line[field]),
    show: (line) => grams(int(line[field])),
    sum: (total) => grams(total),
  };
}

function lineColumns(): Column<ShipmentLineStatusJson>[] {
  return [
    { name: w("lot"), value: (line) => line.lotId ?? "" },
    gramColumn(w("shipped"), "shippedG"),
    gramColumn(w("received"), "receivedG"),
    gramColumn(w("damaged"), "damagedG"),
    gramColumn(w("missing"), "missingG"),
    gramColumn(w("inTransit"), "inTransitG"),
  ];
}

/** What a draft is to take with it: nothing of it has left. */
function draftColumns(): Column<ShipmentLineJson>[] {
  return [
    { name: w("lot"), value: (line) => line.lotId ?? "" },
    { name: w("packs"), value: (line) => int(line.packs), sum: (total) => number(total) },
  ];
}

function receiptColumns(): Column<RecordedReceiptJson>[] {
  return [
    { name: w("receivedAt"), value: ({ receipt }) => timeText(receipt?.receivedAt) },
    { name: w("recordedBy"), value: ({ recordedBy }) => recordedBy ?? "" },
    {
      name: w("received"),
      value: ({ receipt }) =>
        (receipt?.lines ?? []).reduce((sum, line) => sum + int(line.receivedPacks), 0),
    },
    {
      name: w("damaged"),
      value: ({ receipt }) =>
        (receipt?.lines ?? []).reduce((sum, line) => sum + int(line.damagedPacks), 0),
    },
    {
      name: w("missing"),
      value: ({ receipt }) =>
        (receipt?.lines ?? []).reduce((sum, line) => sum + int(line.missingPacks), 0),
    },
  ];
}

/** Sends a draft on its way; asks why, if something that expires earlier stays behind. */
function Dispatch({ shipmentId, onDone }: { shipmentId: string; onDone: () => void }) {
  const [fefoOverrideReason, setReason] = useState("");
  const submit = useSubmit();
  const send = (event: Event) => {
    event.preventDefault();
    submit.run({ shipmentId, fefoOverrideReason }, async (requestId, atMs) => {
      await call(shipments, "dispatchShipment", {
        requestId,
        shipmentId,
        dispatchedAt: zonedTime(atMs),
        fefoOverrideReason,
      });
      onDone();
    });
  };
  const asked = submit.reason === "FEFO_OVERRIDE_REASON_REQUIRED" || fefoOverrideReason !== "";
  return (
    <form class="card" onSubmit={send}>
      {submit.refusal !== "" && (
        <Notice kind="error">
          {asked && <p>{w("fefoHelp")}</p>}
          {submit.refusal}
        </Notice>
      )}
      {asked && (
        <Field label={w("fefoReason")} value={fefoOverrideReason} onValue={setReason} required />
      )}
      <button type="submit" class="main" disabled={submit.busy}>
        {w("dispatch")}
      </button>
    </form>
  );
}

function Details(props: { answer: GetShipmentResponseJson; names: Names }) {
  const { answer, names } = props;
  const shipment = answer.shipment ?? {};
  return (
    <>
      <p>
        {placeName(names, shipment.originId)} → {placeName(names, shipment.destinationId)} ·{" "}
        {stateText(shipment)} · {w("expectedOn")} {day(shipment.expectedOn)}
      </p>
      {shipment.lineStatuses === undefined ? (
        <Table
          name={`${w("shipment")} ${shipment.shipmentId}`}
          columns={draftColumns()}
          rows={shipment.lines ?? []}
          keyOf={(line) => line.lotId ?? ""}
        />
      ) : (
        <Table
          name={`${w("shipment")} ${shipment.shipmentId}`}
          columns={lineColumns()}
          rows={shipment.lineStatuses}
          keyOf={(line) => line.lotId ?? ""}
        />
      )}
      <h3>{w("receipts")}</h3>
      <Table
        name={w("receipts")}
        columns={receiptColumns()}
        rows={answer.receipts ?? []}
        keyOf={({ receipt }) => receipt?.receiptId ?? ""}
      />
    </>
  );
}

function hasMissing({ shipment }: GetShipmentResponseJson): boolean {
  return (shipment?.lineStatuses ?? []).some((line) => int(line.missingG) > 0);
}

function OneShipment({
  shipmentId,
  writes,
  placeId,
}: {
  shipmentId: string;
  writes: boolean;
  placeId: string;
}) {
  const [loaded, reload] = useLoaded(shipmentId, async () => {
    const [names, answer] = await Promise.all([
      readNames(),
      call(shipments, "getShipment", { shipmentId, placeId }),
    ]);
    return { names, answer };
  });
  return (
    <>
      <div class="head">
        <h2>
          {w("shipment")} {shipmentId}
        </h2>
        <a href="#/shipments">‹ {w("shipments")}</a>
      </div>
      <Shown of={loaded} retry={reload}>
        {({ names, answer }) => (
          <>
            {writes && answer.shipment?.state === "SHIPMENT_STATE_DRAFT" && (
              <Dispatch shipmentId={shipmentId} onDone={reload} />
            )}
            <Details answer={answer} names={names} />
            {placeId === "" && hasMissing(answer) && (
              <>
                <h3>{w("missing")}</h3>
                <ShortageList shipmentId={shipmentId} writes={writes} onChanged={reload} />
              </>
            )}
          </>
        )}
      </Shown>
    </>
  );
}

function AllShipments({ writes, destinationId }: { writes: boolean; destinationId: string }) {
  const [open, setOpen] = useState(false);
  const [loaded, reload] = useLoaded("shipments", async () => {
    const [names, rows] = await Promise.all([
      readNames(),
      callAll(shipments, "listShipments", { destinationId }, (r) => r.shipments),
    ]);
    return { names, rows };
  });
  return (
    <>
      <div class="head">
        <h2>{w("shipments")}</h2>
        {writes && (
          <button type="button" class={open ? "" : "main"} onClick={() => setOpen(!open)}>
            {open ? w("cancel") : w("newShipment")}
          </button>
        )}
      </div>
      <Shown of={loaded} retry={reload}>
        {({ names, rows }) => (
          <>
            {open && <NewShipment names={names} />}
            <Table
              name={w("shipments")}
              columns={columns(names)}
              rows={rows}
              keyOf={(each) => each.shipmentId ?? ""}
            />
          </>
        )}
      </Shown>
    </>
  );
}

export function Shipments({ person, writes, subject }: ViewProps) {
  const own = person.role === "ROLE_WAREHOUSE" ? (person.scopes[0] ?? "") : "";
  if (subject !== "") {
    return <OneShipment key={subject} shipmentId={subject} writes={writes} placeId={own} />;
  }
  return <AllShipments writes={writes} destinationId={own} />;
}
