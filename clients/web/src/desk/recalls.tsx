// Recalls: all of them; and of one, the schools, bags and children, notices, who has heard.
import { useState } from "preact/hooks";
import { call, callAll } from "../connect/call";
import { recallLists, recalls } from "../connect/services";
import { grams, int, moment, number, zonedTime } from "../format/format";
import type { LotJson } from "../gen/milkway/inventory/v1/purchases_pb";
import type { RecallJson } from "../gen/milkway/inventory/v1/recalls_pb";
import type { RecallPlaceJson, RecallTotalsJson } from "../gen/milkway/trace/v1/recalls_pb";
import { useLoaded } from "../ui/hooks";
import { Field, Notice, Shown } from "../ui/parts";
import { w as desk } from "../words/desk";
import { w } from "../words/desk_more";
import { language } from "../words/words";
import type { ViewProps } from "./desk";
import { Acknowledge } from "./recall_acknowledge";
import { Notices } from "./recall_notices";
import { useSubmit } from "./submit";
import { type Column, Table } from "./table";

function stateOf(recall: RecallJson): string {
  return recall.liftedAt === undefined ? w("recallStands") : w("recallLifted");
}

function recallColumns(): Column<RecallJson>[] {
  return [
    {
      name: w("recallId"),
      value: (row) => row.recallId ?? "",
      show: (row) => (
        <a href={`#/recalls/${encodeURIComponent(row.recallId ?? "")}`}>{row.recallId}</a>
      ),
    },
    { name: desk("lotNumber"), value: (row) => row.scope?.lotNumber ?? "" },
    { name: w("reason"), value: (row) => row.reason ?? "" },
    { name: w("orderedAt"), value: (row) => moment(Date.parse(row.orderedAt?.instant ?? "")) },
    { name: desk("state"), value: stateOf },
  ];
}

/** Whole bags, by the weight of the lots' bags, that lie at a place or are on the way there. */
function bagsOf(place: RecallPlaceJson, lots: LotJson[]): number {
  return (place.lots ?? []).reduce((sum, row) => {
    const pack = int(lots.find((lot) => lot.lotId === row.lotId)?.packWeightG) || 1;
    const held = int(row.quarantinedG) + int(row.damagedG) + int(row.usableG);
    return sum + Math.ceil((held + int(row.arrivingG)) / pack);
  }, 0);
}

function nameOf(place: RecallPlaceJson): string {
  const { location } = place;
  const name = language() === "zh" ? location?.nameZh : location?.nameEn;
  return name || (location?.locationId ?? "");
}

function placeColumns(lots: LotJson[]): Column<RecallPlaceJson>[] {
  const count = (name: string, value: (row: RecallPlaceJson) => number) => ({
    name,
    value,
    show: (row: RecallPlaceJson) => number(value(row)),
    sum: (total: number) => number(total),
  });
  const weight = (name: string, value: (row: RecallPlaceJson) => number) => ({
    name: `${name} (g)`,
    value,
    show: (row: RecallPlaceJson) => grams(value(row)),
    sum: (total: number) => grams(total),
  });
  return [
    { name: desk("place"), value: nameOf },
    count(w("bags"), (row) => bagsOf(row, lots)),
    weight(desk("quarantined"), (row) => int(row.quarantinedG)),
    weight(desk("damaged"), (row) => int(row.damagedG)),
    weight(desk("inTransit"), (row) => int(row.arrivingG)),
    weight(w("served"), (row) => int(row.servedG)),
    count(w("children"), (row) => int(row.children)),
    {
      name: w("contact"),
      value: (row) => [row.contacts?.[0]?.name, row.contacts?.[0]?.phone].filter(Boolean).join(" "),
    },
    {
      name: w("heard"),
      value: ({ acknowledgement }) =>
        acknowledgement === undefined
          ? w("notHeard")
          : moment(Date.parse(acknowledgement.acknowledgedAt?.instant ?? "")),
    },
  ];
}

function Totals({ totals, bags }: { totals: RecallTotalsJson; bags: number }) {
  return (
    <p class="sum">
      {w("recallTotals", {
        places: number(int(totals.places)),
        bags: number(bags),
        children: number(int(totals.children)),
        heard: number(int(totals.acknowledgedPlaces)),
      })}
    </p>
  );
}

function Lift({ recallId, onDone }: { recallId: string; onDone: () => void }) {
  const [reason, setReason] = useState("");
  const [release, setRelease] = useState(false);
  const submit = useSubmit();
  const send = (event: Event) => {
    event.preventDefault();
    submit.run({ recallId, reason, release }, async (requestId, atMs) => {
      const liftedAt = zonedTime(atMs);
      await call(recalls, "liftRecall", { requestId, recallId, reason, release, liftedAt });
      onDone();
    });
  };
  return (
    <form class="card" onSubmit={send}>
      <h3>{w("lift")}</h3>
      <Field label={w("liftReason")} value={reason} onValue={setReason} required />
      <label class="check">
        <input
          type="checkbox"
          checked={release}
          onChange={(event) => setRelease(event.currentTarget.checked)}
        />
        {w("release")}
      </label>
      {submit.refusal !== "" && <Notice kind="error">{submit.refusal}</Notice>}
      <button type="submit" disabled={submit.busy}>
        {w("lift")}
      </button>
    </form>
  );
}

async function readRecall(recallId: string) {
  let first: Awaited<ReturnType<typeof page>> | undefined;
  const page = (request: object) =>
    call(recallLists, "getRecallList", { recallId, pageSize: 1000, ...request });
  const places: RecallPlaceJson[] = [];
  let pageToken = "";
  do {
    const answer = await page({ pageToken });
    first ??= answer;
    places.push(...(answer.places ?? []));
    pageToken = answer.nextPageToken ?? "";
  } while (pageToken !== "");
  return { ...first, places };
}

function OneRecall({ recallId, writes }: { recallId: string; writes: boolean }) {
  const [loaded, reload] = useLoaded(recallId, () => readRecall(recallId));
  const [asked, setAsked] = useState<RecallPlaceJson>();
  return (
    <Shown of={loaded} retry={reload}>
      {({ recall = {}, lots = [], totals = {}, places }) => (
        <>
          <p>
            {stateOf(recall)} · {recall.reason} ·{" "}
            {moment(Date.parse(recall.orderedAt?.instant ?? ""))}
          </p>
          <Totals totals={totals} bags={places.reduce((sum, p) => sum + bagsOf(p, lots), 0)} />
          <Notices recallId={recallId} places={places} />
          {asked && (
            <Acknowledge
              key={asked.location?.locationId}
              recallId={recallId}
              place={asked}
              name={nameOf(asked)}
              lots={lots}
              onDone={() => {
                setAsked(undefined);
                reload();
              }}
            />
          )}
          <Table
            name={recallId}
            columns={placeColumns(lots)}
            rows={places}
            keyOf={(row) => row.location?.locationId ?? ""}
            actions={(row) =>
              writes && (
                <button type="button" onClick={() => setAsked(row)}>
                  {w("acknowledge")}
                </button>
              )
            }
          />
          {writes && recall.liftedAt === undefined && <Lift recallId={recallId} onDone={reload} />}
        </>
      )}
    </Shown>
  );
}

export function Recalls({ subject, writes }: ViewProps) {
  const [loaded, retry] = useLoaded(subject, () =>
    subject !== "" ? Promise.resolve([]) : callAll(recalls, "listRecalls", {}, (r) => r.recalls),
  );
  if (subject !== "") {
    return (
      <>
        <div class="head">
          <h2>
            {w("recall")} {subject}
          </h2>
          <a href="#/recalls">‹ {desk("recalls")}</a>
        </div>
        <OneRecall key={subject} recallId={subject} writes={writes} />
      </>
    );
  }
  return (
    <>
      <h2>{desk("recalls")}</h2>
      <p class="hint">{w("recallHelp")}</p>
      <Shown of={loaded} retry={retry}>
        {(rows) => (
          <Table
            name={desk("recalls")}
            columns={recallColumns()}
            rows={rows}
            keyOf={(row) => row.recallId ?? ""}
          />
        )}
      </Shown>
    </>
  );
}
