// One gift: the result first, then its way, every gram, the numbers and the proof.
import { useState } from "preact/hooks";
import { call } from "../connect/call";
import { statements } from "../connect/services";
import { day, grams, int, momentUs, money, number } from "../format/format";
import type { GiftStatementJson } from "../gen/milkway/impact/v1/statements_pb";
import { useLoaded } from "../ui/hooks";
import { errorText, Notice, Shown } from "../ui/parts";
import { w } from "../words/gift";
import { EveryGram } from "./every_gram";
import { type Stop, statusOf, stopsOf } from "./gift_figures";
import { Proof } from "./proof_view";
import { makeShareLink, shareLink } from "./share";

function Result({ statement }: { statement: GiftStatementJson }) {
  const children = int(statement.childrenReached);
  return (
    <section class="result">
      <h2>{w("title")}</h2>
      <p class="big">
        <strong>{number(int(statement.servings))}</strong> {w("cups")}
      </p>
      <p>
        {children > 0 ? (
          <>
            <strong>{number(children)}</strong> {w("children")}
          </>
        ) : (
          w("childrenFew")
        )}
      </p>
      <p class="status">{w(`status_${statusOf(statement)}`)}</p>
      <small>
        {statement.publication
          ? w("toldOn", {
              publication: statement.publication.publication ?? "",
              when: momentUs(statement.publication.asOfRecordedUs),
            })
          : w("notTold")}
      </small>
    </section>
  );
}

function stopDays(stop: Stop): string {
  if (stop.from === "") return "";
  const days = stop.from === stop.to ? day(stop.from) : `${day(stop.from)} – ${day(stop.to)}`;
  return stop.expected ? `${w("expected")} ${days}` : days;
}

/** The stops as a line with words beside it: no map, for no border is drawn. */
function Journey({ stops }: { stops: Stop[] }) {
  if (stops.length === 0) return null;
  return (
    <section class="card">
      <h2>{w("journey")}</h2>
      <ol class="line">
        {stops.map((stop) => (
          <li key={`${stop.kind}/${stop.expected}`} class={stop.expected ? "coming" : ""}>
            <strong>{w(`stop_${stop.kind}`)}</strong>
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
    </section>
  );
}

function LoadedJourney({ giftId, token }: { giftId: string; token: string | undefined }) {
  const [loaded, retry] = useLoaded(giftId, () =>
    token === undefined
      ? call(statements, "getGiftJourney", { giftId })
      : call(statements, "getSharedGiftJourney", { token }),
  );
  return (
    <Shown of={loaded} retry={retry}>
      {(answer) => <Journey stops={stopsOf(answer.journey?.steps ?? [])} />}
    </Shown>
  );
}

function Figures({ statement }: { statement: GiftStatementJson }) {
  const rows: [string, string][] = [
    [w("protein"), grams(Math.floor(int(statement.proteinMg) / 1000))],
    [w("calcium"), grams(Math.floor(int(statement.calciumMg) / 1000))],
    [w("costPerCup"), money(statement.costPerServing)],
  ];
  const cash: [string, string][] = [
    [w("given"), money(statement.amount)],
    [w("allocated"), money(statement.allocated)],
    [w("fees"), money(statement.fees)],
    [w("refunded"), money(statement.refunded)],
    [w("unspent"), money(statement.unspent)],
  ];
  const list = (of: [string, string][]) =>
    of.map(([name, value]) => (
      <div class="row" key={name + value}>
        <span>{name}</span>
        <span class="figures">{value}</span>
      </div>
    ));
  return (
    <>
      <section class="card">
        <h2>{w("numbers")}</h2>
        {list(rows)}
        <p class="hint">
          {w("proteinDays", { days: int(statement.proteinNeedDays) })}
          <br />
          {w("calciumDays", { days: int(statement.calciumNeedDays) })}
        </p>
      </section>
      <section class="card">
        <h2>{w("money")}</h2>
        {list(cash)}
      </section>
    </>
  );
}

function Share({ url, giftId }: { url: string | undefined; giftId: string }) {
  const [said, setSaid] = useState("");
  const share = async () => {
    try {
      const copied = await shareLink(url ?? (await makeShareLink(giftId)), w("title"));
      setSaid(copied ? w("copied") : "");
    } catch (error) {
      setSaid(errorText(error));
    }
  };
  return (
    <section class="card no-print">
      <div class="actions">
        <button type="button" class="main" onClick={() => void share()}>
          {w("share")}
        </button>
        <button type="button" onClick={() => window.print()}>
          {w("print")}
        </button>
      </div>
      <p class="hint">{w("shareHelp")}</p>
      {said !== "" && <Notice kind="info">{said}</Notice>}
    </section>
  );
}

/** A gift; `token`: of the link that opened it, without a donor signed in. */
export function GiftPage(props: { statement: GiftStatementJson; token?: string }) {
  const { statement, token } = props;
  const giftId = statement.giftId ?? "";
  return (
    <>
      <Result statement={statement} />
      <LoadedJourney giftId={giftId} token={token} />
      <EveryGram statement={statement} />
      <Figures statement={statement} />
      <Proof giftId={giftId} token={token} />
      <Share url={token === undefined ? undefined : location.href} giftId={giftId} />
    </>
  );
}
