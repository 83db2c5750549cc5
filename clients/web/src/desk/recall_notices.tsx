// The notices of a recall, one sheet for each place, to be printed.
import { useEffect, useRef, useState } from "preact/hooks";
import { call } from "../connect/call";
import { recallLists } from "../connect/services";
import type { RecallPlaceJson } from "../gen/milkway/trace/v1/recalls_pb";
import { Notice } from "../ui/parts";
import { w } from "../words/desk_more";
import { printSheets } from "./print_sheet";
import { useSubmit } from "./submit";

/** The text of a notice, out of the server's HTML, in the page's own looks. */
function Sheet({ html }: { html: string }) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    // Its own style sheet is not applied here: the page's policy allows none inside HTML.
    const plain = html.replace(/<style>[\s\S]*?<\/style>/g, "");
    const { body } = new DOMParser().parseFromString(plain, "text/html");
    // The sheet is a part of the page, whose headings begin above it.
    for (const title of body.querySelectorAll("h1")) {
      const lower = document.createElement("h3");
      lower.append(...title.childNodes);
      title.replaceWith(lower);
    }
    box.current?.replaceChildren(...body.childNodes);
  }, [html]);
  return <article class="sheet" ref={box} />;
}

export function Notices({ recallId, places }: { recallId: string; places: RecallPlaceJson[] }) {
  const [sheets, setSheets] = useState<string[]>([]);
  const submit = useSubmit();
  const print = () =>
    submit.run(recallId, async () => {
      const read: string[] = [];
      for (const { location } of places) {
        const place = { recallId, locationId: location?.locationId };
        read.push((await call(recallLists, "getRecallNotice", place)).html ?? "");
      }
      setSheets(read);
    });
  useEffect(() => {
    if (sheets.length > 0) printSheets();
  }, [sheets]);
  return (
    <>
      {submit.refusal !== "" && <Notice kind="error">{submit.refusal}</Notice>}
      <button type="button" class="main screen" disabled={submit.busy} onClick={print}>
        {w("printNotices", { count: places.length })}
      </button>
      {sheets.length > 0 && (
        // Wider than a phone: it scrolls by itself, also from the keyboard.
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region takes the focus
        <section class="sheets" tabIndex={0} aria-label={w("notices")}>
          {sheets.map((html, i) => (
            <Sheet key={i} html={html} />
          ))}
        </section>
      )}
    </>
  );
}
