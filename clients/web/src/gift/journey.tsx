// The way of a gift's milk: a line of stops with words beside it, and why something is late. No
// map, for no border is drawn.
import { call, serverNow } from "../connect/call";
import { statements } from "../connect/services";
import { day, dayIn, grams, number } from "../format/format";
import type { GiftJourneyJson } from "../gen/milkway/impact/v1/statements_pb";
import { useLoaded } from "../ui/hooks";
import { Shown } from "../ui/parts";
import { w } from "../words/gift";
import { type Delay, delaysOf } from "./delays";
import { type Stop, stopsOf } from "./gift_figures";

function stopDays(stop: Stop): string {
  if (stop.from === "") return "";
  // What was drunk is told on the day of the publication, of all the days before.
  if (stop.kind === "served") return w("until", { day: day(stop.to) });
  const days = stop.from === stop.to ? day(stop.from) : `${day(stop.from)} – ${day(stop.to)}`;
  return stop.expected ? `${w("expected")} ${days}` : days;
}

function delayText(delay: Delay): string {
  if (delay.kind === "held") {
    const values = { from: day(delay.from), to: day(delay.to), days: delay.days };
    return delay.to === "" ? w("stillHeld", values) : w("held", values);
  }
  const late = delay.part ? w("latePart", { days: delay.days }) : w("late", { days: delay.days });
  return delay.mostBy === "" ? late : `${late} ${w("mostBy", { day: day(delay.mostBy) })}`;
}

/** The name of a stop; milk that is expected has not arrived. */
function stopName(stop: Stop): string {
  return stop.expected && stop.kind === "arrived" ? w("arrives") : w(`stop_${stop.kind}`);
}

function Line({ journey }: { journey: GiftJourneyJson }) {
  const steps = journey.steps ?? [];
  const stops = stopsOf(steps);
  const delays = delaysOf(steps, dayIn("Asia/Shanghai", serverNow()));
  return (
    <section class="card">
      <h2>{w("journey")}</h2>
      {stops.length === 0 && <p>{w("noJourney")}</p>}
      <ol class="line">
        {stops.map((stop) => (
          <li key={`${stop.kind}/${stop.expected}`} class={stop.expected ? "coming" : ""}>
            <strong>{stopName(stop)}</strong>
            {stop.grams > 0 && <span> {grams(stop.grams)}</span>}
            {stop.servings > 0 && (
              <span>
                {" "}
                · {number(stop.servings)} {w("cups")}
              </span>
            )}
            <small>{stopDays(stop)}</small>
          </li>
        ))}
      </ol>
      {delays.length > 0 && (
        <>
          <h3>{w("delays")}</h3>
          <ul class="delays">
            {delays.map((delay) => (
              <li key={JSON.stringify(delay)}>{delayText(delay)}</li>
            ))}
          </ul>
        </>
      )}
      {journey.incomplete && <p class="hint">{w("incomplete")}</p>}
    </section>
  );
}

/** The journey of a gift; by its link, where there is one. */
export function Journey({ giftId, token }: { giftId: string; token: string | undefined }) {
  const [loaded, retry] = useLoaded(giftId, () =>
    token === undefined
      ? call(statements, "getGiftJourney", { giftId })
      : call(statements, "getSharedGiftJourney", { token }),
  );
  return (
    <Shown of={loaded} retry={retry}>
      {(answer) => <Line journey={answer.journey ?? {}} />}
    </Shown>
  );
}
