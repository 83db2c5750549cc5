// Recording that a place has heard of a recall, and what it found and set aside.
import { useState } from "preact/hooks";
import { call } from "../connect/call";
import { recallLists } from "../connect/services";
import { zonedTime } from "../format/format";
import type { LotJson } from "../gen/milkway/inventory/v1/purchases_pb";
import type { RecallPlaceJson } from "../gen/milkway/trace/v1/recalls_pb";
import { Field, Notice } from "../ui/parts";
import { w as desk } from "../words/desk";
import { w } from "../words/desk_more";
import { useSubmit } from "./submit";

export function Acknowledge(props: {
  recallId: string;
  place: RecallPlaceJson;
  name: string;
  lots: LotJson[];
  onDone: () => void;
}) {
  const here = (props.place.lots ?? []).map((row) => row.lotId ?? "0");
  const [found, setFound] = useState<Record<string, string>>({});
  const [person, setPerson] = useState("");
  const submit = useSubmit();
  const send = (event: Event) => {
    event.preventDefault();
    if (here.some((lotId) => !/^\d{0,8}$/.test(found[lotId] ?? ""))) {
      submit.refuse(desk("wholeNumber", { name: w("setAside") }));
      return;
    }
    submit.run({ found, person }, async (requestId, atMs) => {
      const acknowledgement = {
        recallId: props.recallId,
        locationId: props.place.location?.locationId,
        acknowledgedAt: zonedTime(atMs),
        person,
        lots: here.map((lotId) => {
          const packs = found[lotId] || "0";
          return { lotId, foundPacks: packs, setAsidePacks: packs };
        }),
      };
      await call(recallLists, "acknowledgeRecall", { requestId, acknowledgement });
      props.onDone();
    });
  };
  return (
    <form class="card" onSubmit={send}>
      <h3>
        {w("acknowledge")}: {props.name}
      </h3>
      <div class="fields">
        <Field label={w("spokeTo")} value={person} onValue={setPerson} />
        {here.map((lotId) => (
          <Field
            key={lotId}
            label={`${w("setAside")} · ${props.lots.find((lot) => lot.lotId === lotId)?.lotNumber}`}
            inputMode="numeric"
            value={found[lotId] ?? ""}
            onValue={(packs) => setFound({ ...found, [lotId]: packs })}
          />
        ))}
      </div>
      {submit.refusal !== "" && <Notice kind="error">{submit.refusal}</Notice>}
      <button type="submit" class="main" disabled={submit.busy}>
        {desk("save")}
      </button>
    </form>
  );
}
