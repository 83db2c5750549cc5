// What is needed less often: the calendar of served days, growth, names. Loaded when opened.
import { useState } from "preact/hooks";
import { w } from "../words/school_more";
import { Calendar } from "./calendar";
import { Growth } from "./growth";
import type { SchoolModel } from "./model";
import { NameList } from "./name_list";
import type { Snapshot } from "./snapshot";
import "./more.css";

type Page = "calendar" | "growth" | "names";
const kPages: Page[] = ["calendar", "growth", "names"];

/** The pages behind "more". */
export function More({ model, snapshot }: { model: SchoolModel; snapshot: Snapshot }) {
  const [page, setPage] = useState<Page>("calendar");
  return (
    <>
      <div class="chips" role="group" aria-label={w("pages")}>
        {kPages.map((each) => (
          <button
            type="button"
            key={each}
            aria-pressed={each === page}
            onClick={() => setPage(each)}
          >
            {w(each)}
          </button>
        ))}
      </div>
      {page === "calendar" && <Calendar snapshot={snapshot} />}
      {page === "growth" && <Growth schoolId={snapshot.schoolId} />}
      {page === "names" && <NameList model={model} snapshot={snapshot} />}
    </>
  );
}
