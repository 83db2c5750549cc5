// Names of children for the tiles: read from the server, or typed here.
import { useState } from "preact/hooks";
import { errorText, Field, Notice } from "../ui/parts";
import { w } from "../words/school_more";
import { classNames } from "./class_day";
import type { SchoolModel } from "./model";
import { withTyped } from "./names";
import type { Snapshot } from "./snapshot";

/** The names of a class, to be typed. */
function ClassNames(props: { model: SchoolModel; numbers: number[]; className: string }) {
  const { model } = props;
  return (
    <section class="card" aria-label={props.className}>
      <h2>{props.className}</h2>
      {props.numbers.map((number) => (
        <Field
          key={number}
          label={w("numberOf", { number })}
          value={model.names[number]?.name ?? ""}
          onValue={(name) => void model.setNames(withTyped(model.names, number, name))}
        />
      ))}
    </section>
  );
}

export function NameList({ model, snapshot }: { model: SchoolModel; snapshot: Snapshot }) {
  const [className, setClassName] = useState(classNames(snapshot)[0] ?? "");
  const [said, setSaid] = useState("");
  const pupils = snapshot.pupils.filter((pupil) => pupil.className === className);
  const read = () =>
    model.readNames().then(
      (count) => setSaid(w("namesRead", { count })),
      (error) => setSaid(errorText(error)),
    );
  if (crypto.subtle === undefined) return <Notice kind="warning">{w("namesUnable")}</Notice>;
  return (
    <>
      <p>{w("namesHelp")}</p>
      <button type="button" onClick={() => void read()}>
        {w("namesFromServer")}
      </button>
      {said !== "" && <Notice kind="info">{said}</Notice>}
      <label class="field names-class">
        <span>{w("class")}</span>
        <select value={className} onChange={(event) => setClassName(event.currentTarget.value)}>
          {classNames(snapshot).map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </label>
      <ClassNames
        model={model}
        className={className}
        numbers={pupils.map((pupil) => pupil.number)}
      />
    </>
  );
}
