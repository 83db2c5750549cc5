// One gift: the result first, then its way, every gram, the numbers and the proof.
import { useState } from "preact/hooks";
import { serverNow } from "../connect/call";
import { grams, int, money, number } from "../format/format";
import type { GiftStatementJson } from "../gen/milkway/impact/v1/statements_pb";
import { errorText, Notice } from "../ui/parts";
import { w } from "../words/gift";
import { Certificate } from "./certificate";
import { EveryGram } from "./every_gram";
import { statusOf } from "./gift_figures";
import { Journey } from "./journey";
import { Proof } from "./proof_view";
import { makeShareLink, shareLink } from "./share";
import { childrenText, toldText } from "./told_text";

function Result({ statement }: { statement: GiftStatementJson }) {
  return (
    <section class="result">
      <h2>{w("title")}</h2>
      <p class="big">
        <strong>{number(int(statement.servings))}</strong> {w("cups")}
      </p>
      <p class="reached">{childrenText(statement)}</p>
      <p class="status">{w(`status_${statusOf(statement)}`)}</p>
      <small>{toldText(statement)}</small>
    </section>
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
      {int(statement.servings) > 0 && (
        <section class="card">
          <h2>{w("numbers")}</h2>
          {list(rows)}
          <p class="hint">
            {w("proteinDays", { days: int(statement.proteinNeedDays) })}
            <br />
            {w("calciumDays", { days: int(statement.calciumNeedDays) })}
          </p>
        </section>
      )}
      <section class="card">
        <h2>{w("money")}</h2>
        {list(cash)}
      </section>
    </>
  );
}

function Share({ url, statement }: { url: string | undefined; statement: GiftStatementJson }) {
  const [said, setSaid] = useState<{ kind: "info" | "error"; text: () => string }>();
  const tried = async (action: () => Promise<boolean>) => {
    try {
      setSaid((await action()) ? { kind: "info", text: () => w("copied") } : undefined);
    } catch (error) {
      setSaid({ kind: "error", text: () => errorText(error) });
    }
  };
  const share = async () =>
    shareLink(url ?? (await makeShareLink(statement.giftId ?? "")), w("title"));
  const save = async () => {
    await (await import("./share_picture")).saveSharePicture(statement);
    return false;
  };
  return (
    <section class="card no-print">
      <div class="actions">
        <button type="button" class="main" onClick={() => void tried(share)}>
          {w("share")}
        </button>
        <button type="button" onClick={() => void tried(save)}>
          {w("saveShare")}
        </button>
        <button type="button" onClick={() => window.print()}>
          {w("print")}
        </button>
      </div>
      <p class="hint">{w("shareHelp")}</p>
      {said && <Notice kind={said.kind}>{said.text()}</Notice>}
    </section>
  );
}

/** A gift; `token`: of the link that opened it, without a donor signed in. */
export function GiftPage(props: { statement: GiftStatementJson; token?: string }) {
  const { statement, token } = props;
  return (
    <>
      <Result statement={statement} />
      <Journey giftId={statement.giftId ?? ""} token={token} />
      <EveryGram statement={statement} />
      <Figures statement={statement} />
      {statement.publication && <Proof statement={statement} token={token} />}
      <Share url={token === undefined ? undefined : location.href} statement={statement} />
      <Certificate statement={statement} nowMs={serverNow()} />
    </>
  );
}
