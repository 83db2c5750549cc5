// Today's milk, class by class: one tap if all are there.
import { useState } from "preact/hooks";
import { serverNow } from "../connect/call";
import { addDays, dayIn, nearDay } from "../format/format";
import { Notice } from "../ui/parts";
import { w } from "../words/school";
import {
  type ClassDay,
  classDay,
  classNames,
  correctionDraft,
  linesFor,
  recordDraft,
  stockAhead,
} from "./class_day";
import { EntryLine } from "./entry_state";
import type { SchoolModel } from "./model";
import type { Names } from "./names";
import type { Snapshot } from "./snapshot";

/** So many days back can be recorded or changed here. */
const kDaysBack = 7;

interface CardProps {
  model: SchoolModel;
  snapshot: Snapshot;
  of: ClassDay;
}

function record({ model, snapshot, of }: CardProps, absent: number[]): void {
  const numbers = of.pupils.filter((number) => !absent.includes(number));
  const lines = linesFor(stockAhead(snapshot, model.entries), numbers, of.day);
  if (lines === undefined) return;
  const by = { personId: model.person.personId, schoolId: model.schoolId };
  void model.record(recordDraft(by, of, absent, lines));
}

function correct({ model, of }: CardProps, numbers: number[]): void {
  if (of.recorded === undefined) return;
  const by = { personId: model.person.personId, schoolId: model.schoolId };
  void model.record(correctionDraft(by, of, of.recorded, numbers, w("changeReason")));
}

/** Tiles of roster numbers; a tapped one did not drink. */
function Tiles(props: {
  of: ClassDay;
  names: Names;
  absent: number[];
  saveText: (count: number) => string;
  onSave: (absent: number[]) => void;
  onCancel: () => void;
}) {
  const [absent, setAbsent] = useState(props.absent);
  const toggle = (number: number) =>
    setAbsent((now) =>
      now.includes(number) ? now.filter((each) => each !== number) : [...now, number],
    );
  const count = props.of.pupils.length - absent.length;
  return (
    <div>
      <p class="hint">{w("tapAbsent")}</p>
      <div class="tiles" role="group" aria-label={w("pupilsOf", { name: props.of.className })}>
        {props.of.pupils.map((number) => (
          <button
            type="button"
            key={number}
            class="tile"
            aria-pressed={absent.includes(number)}
            onClick={() => toggle(number)}
          >
            {number}
            {props.names[number] && <small>{props.names[number].name}</small>}
          </button>
        ))}
      </div>
      <div class="actions">
        <button
          type="button"
          class="main"
          disabled={count === 0}
          onClick={() => props.onSave(absent)}
        >
          {props.saveText(count)}
        </button>
        <button type="button" class="quiet" onClick={props.onCancel}>
          {w("cancel")}
        </button>
      </div>
    </div>
  );
}

/** A class that is not recorded yet. */
function OpenCard(props: CardProps) {
  const [choosing, setChoosing] = useState(false);
  const { of } = props;
  if (choosing) {
    return (
      <Tiles
        of={of}
        names={props.model.names}
        absent={[]}
        saveText={(count) => w("recordNumber", { count })}
        onSave={(absent) => record(props, absent)}
        onCancel={() => setChoosing(false)}
      />
    );
  }
  return (
    <div class="actions">
      <button type="button" class="main" onClick={() => record(props, [])}>
        {w("allPresent", { count: of.pupils.length })}
      </button>
      <button type="button" onClick={() => setChoosing(true)}>
        {w("someAbsent")}
      </button>
    </div>
  );
}

/** A class of which something is recorded, here or at the server. */
function RecordedCard(props: CardProps) {
  const [changing, setChanging] = useState(false);
  const { of, model } = props;
  const pending = of.entry?.state === "waiting" || of.entry?.state === "sending";
  if (changing && of.recorded !== undefined && !pending) {
    return (
      <>
        <Tiles
          of={of}
          names={props.model.names}
          absent={of.pupils.filter((number) => !of.drank.includes(number))}
          saveText={(count) => w("saveChange", { count })}
          onSave={(absent) => {
            correct(
              props,
              of.pupils.filter((number) => !absent.includes(number)),
            );
            setChanging(false);
          }}
          onCancel={() => setChanging(false)}
        />
        <button
          type="button"
          class="quiet danger"
          onClick={() => {
            correct(props, []);
            setChanging(false);
          }}
        >
          {w("nobodyDrank")}
        </button>
      </>
    );
  }
  const earlier = of.recorded?.earlierCount;
  return (
    <>
      <p class="count">
        {w("recordedCount", { count: of.drank.length })}{" "}
        {earlier !== undefined && <small>{w("beforeThat", { count: earlier })}</small>}
      </p>
      {of.entry ? (
        <EntryLine model={model} entry={of.entry} />
      ) : (
        <p class="entry delivered">{w("stateDelivered")}</p>
      )}
      {of.recorded !== undefined && !pending && (
        <button type="button" class="quiet" onClick={() => setChanging(true)}>
          {w("change")}
        </button>
      )}
    </>
  );
}

function ClassCard(props: CardProps) {
  const recorded = props.of.recorded !== undefined || props.of.entry !== undefined;
  return (
    <section class="card" aria-label={props.of.className}>
      <h2>{props.of.className}</h2>
      {recorded ? <RecordedCard {...props} /> : <OpenCard {...props} />}
    </section>
  );
}

/** The classes of a day. */
export function Today({ model, snapshot }: { model: SchoolModel; snapshot: Snapshot }) {
  const [back, setBack] = useState(0);
  const today = dayIn(snapshot.timeZone, serverNow());
  const day = addDays(today, -back);
  const days = classNames(snapshot).map((name) => classDay(snapshot, model.entries, name, day));
  const open = days.filter((of) => of.pupils.length > 0 || of.recorded || of.entry);
  const milk = linesFor(stockAhead(snapshot, model.entries), [1], day) !== undefined;
  return (
    <>
      <div class="days">
        <button
          type="button"
          class="quiet"
          disabled={back >= kDaysBack}
          onClick={() => setBack(back + 1)}
        >
          ‹ {w("previousDay")}
        </button>
        <strong>{back === 0 ? `${w("today")} · ${nearDay(day)}` : nearDay(day)}</strong>
        <button type="button" class="quiet" disabled={back === 0} onClick={() => setBack(back - 1)}>
          {w("nextDay")} ›
        </button>
      </div>
      {open.length === 0 && <Notice kind="info">{w("noClasses")}</Notice>}
      {!milk && open.length > 0 && <Notice kind="warning">{w("noMilk")}</Notice>}
      {open.map((of) => (
        <ClassCard key={`${day}/${of.className}`} model={model} snapshot={snapshot} of={of} />
      ))}
    </>
  );
}
