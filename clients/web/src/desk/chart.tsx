// A chart with its picture as a file beside it.
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { Notice } from "../ui/parts";
import { savePicture } from "../ui/picture";
import { w } from "../words/desk_more";
import { useSubmit } from "./submit";

/** Shows a chart; `name` is that of its file. */
export function Chart({ name, children }: { name: string; children: ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null);
  const submit = useSubmit();
  const save = () =>
    submit.run(name, async () => {
      const svg = box.current?.querySelector("svg");
      if (svg) await savePicture(svg, `${name}.png`, 1920);
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

/** A picture that is wider than a phone: it scrolls by itself, also from the keyboard. */
export function Wide({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region takes the focus
    <section class="picture" tabIndex={0} aria-label={w("pictureOf", { name: label })}>
      {children}
    </section>
  );
}
