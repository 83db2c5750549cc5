// A month of the school: on which days milk was drunk, and why not on the others.
import { useState } from "preact/hooks";
import { serverNow } from "../connect/call";
import { dayIn, day as dayText, grams, nearDay, number } from "../format/format";
import { saveCsv } from "../ui/files";
import { useLoaded } from "../ui/hooks";
import { Shown } from "../ui/parts";
import { w } from "../words/school_more";
import { language, localeOf } from "../words/words";
import { classNames } from "./class_day";
import { type CalendarDay, calendarDays, type DayKind, monthStart, readMonth } from "./served_days";
import type { Snapshot } from "./snapshot";

/** A sign beside the colour: colours alone tell nothing to some. */
const kSigns: Record<DayKind, string> = {
  served: "●",
  partly: "◐",
  missing: "!",
  holiday: "–",
  free: "–",
  unknown: "?",
  coming: "·",
};

function said(of: CalendarDay): string {
  return of.kind === "holiday" && of.holiday !== "" ? of.holiday : w(`day_${of.kind}`);
}

function weekdays(): string[] {
  const format = new Intl.DateTimeFormat(localeOf(language()), {
    weekday: "narrow",
    timeZone: "UTC",
  });
  // 5 January 1970 was a Monday.
  return [4, 5, 6, 7, 8, 9, 10].map((days) => format.format(days * 86_400_000));
}

function monthText(first: string): string {
  return new Intl.DateTimeFormat(localeOf(language()), {
    year: "numeric",
    month: "long",
    timeZone: "UTC",
  }).format(new Date(`${first}T00:00:00Z`));
}

/** The picture: weeks in rows. */
function Weeks({ days }: { days: CalendarDay[] }) {
  const first = new Date(`${days[0]?.day}T00:00:00Z`).getUTCDay();
  return (
    <div class="month" role="img" aria-label={w("calendarPicture")}>
      {weekdays().map((name, i) => (
        <small key={i}>{name}</small>
      ))}
      {days.map((of, i) => (
        <span
          key={of.day}
          class={`day ${of.kind}`}
          style={i === 0 ? { gridColumnStart: ((first + 6) % 7) + 1 } : {}}
        >
          {Number(of.day.slice(8))}
          <small>{kSigns[of.kind]}</small>
        </span>
      ))}
    </div>
  );
}

function Table({ days }: { days: CalendarDay[] }) {
  return (
    <div class="table-box">
      <table>
        <caption>{w("calendarTable")}</caption>
        <thead>
          <tr>
            <th scope="col">{w("dayColumn")}</th>
            <th scope="col">{w("stateColumn")}</th>
            <th scope="col">{w("childrenColumn")}</th>
            <th scope="col">{w("powderColumn")}</th>
          </tr>
        </thead>
        <tbody>
          {days.map((of) => (
            <tr key={of.day}>
              <th scope="row">{nearDay(of.day)}</th>
              <td>{said(of)}</td>
              <td class="right">{of.records > 0 ? number(of.children) : ""}</td>
              <td class="right">{of.records > 0 ? grams(of.servedG) : ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function save(snapshot: Snapshot, first: string, days: CalendarDay[]): void {
  saveCsv(`${snapshot.schoolId}-${first.slice(0, 7)}`, [
    [w("dayColumn"), w("stateColumn"), w("recordsColumn"), w("childrenColumn"), w("gramsColumn")],
    ...days.map((of) => [of.day, said(of), of.records, of.children, of.servedG]),
  ]);
}

/** The calendar of served days. */
export function Calendar({ snapshot }: { snapshot: Snapshot }) {
  const today = dayIn(snapshot.timeZone, serverNow());
  const [first, setFirst] = useState(monthStart(today));
  const [loaded, retry] = useLoaded(first, () => readMonth(snapshot.schoolId, first));
  return (
    <section class="card">
      <div class="days">
        <button type="button" class="quiet" onClick={() => setFirst(monthStart(first, -1))}>
          ‹ {w("monthBefore")}
        </button>
        <h2>{monthText(first)}</h2>
        <button
          type="button"
          class="quiet"
          disabled={first >= monthStart(today)}
          onClick={() => setFirst(monthStart(first, 1))}
        >
          {w("monthAfter")} ›
        </button>
      </div>
      <Shown of={loaded} retry={retry}>
        {(facts) => {
          const days = calendarDays(facts, first, today, classNames(snapshot).length);
          const served = days.filter((of) => of.records > 0);
          return (
            <>
              <p class="count">
                {w("calendarSum", {
                  days: served.length,
                  powder: grams(served.reduce((sum, of) => sum + of.servedG, 0)),
                })}
              </p>
              <Weeks days={days} />
              <p class="hint">{w("calendarSigns")}</p>
              <button type="button" onClick={() => save(snapshot, first, days)}>
                {w("saveCsv")}
              </button>
              <Table days={days} />
              <p class="hint">{w("asOf", { day: dayText(today) })}</p>
            </>
          );
        }}
      </Shown>
    </section>
  );
}
