// A chart with its picture as a file beside it.
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { Notice } from "../ui/parts";
import { pictureOf, saveBlob } from "../ui/picture";
import { w } from "../words/desk_more";
import { useSubmit } from "./submit";

/** Shows a chart; `name` is that of its file. */
export function Chart({ name, children }: { name: string; children: ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null);
  const submit = useSubmit();
  const save = () =>
    submit.run(name, async () => {
      const svg = box.current?.querySelector("svg");
      if (svg) saveBlob(`${name}.png`, await pictureOf(svg));
    });
  return (
    <div ref={box} class="chart">
      {children}
      {submit.refusal !== "" && <Notice kind="error">{submit.refusal}</Notice>}
      <button type="button" class="quiet" onClick={save}>
        {w("savePng")}
      </button>
    </div>
  );
}
