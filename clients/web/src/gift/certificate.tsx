// What is printed of a gift: one A4 page to hang on the wall. On the screen it is not shown.
import { day, dayIn, int, momentUs, money, number, percent } from "../format/format";
import type { GiftStatementJson } from "../gen/milkway/impact/v1/statements_pb";
import { w as common } from "../words/common";
import { w } from "../words/gift";
import { gramsOf, kParts, sharesOf } from "./gift_figures";

function Grams({ statement }: { statement: GiftStatementJson }) {
  const sum = gramsOf(statement);
  const shares = sharesOf(sum);
  return (
    <table>
      <tbody>
        {kParts.map((part) => (
          <tr key={part}>
            <th scope="row">{w(`part_${part}`)}</th>
            <td>{percent(shares[part])}</td>
            <td>{number(sum[part])} g</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{w("funded")}</th>
          <td>{sum.funded > 0 && percent(1)}</td>
          <td>{number(sum.funded)} g</td>
        </tr>
      </tfoot>
    </table>
  );
}

/** By publication, or that there is none. */
export function toldText(statement: GiftStatementJson): string {
  if (statement.publication === undefined) return w("notTold");
  return w("toldOn", {
    publication: statement.publication.publication ?? "",
    when: momentUs(statement.publication.asOfRecordedUs),
  });
}

export function Certificate({ statement, nowMs }: { statement: GiftStatementJson; nowMs: number }) {
  const children = int(statement.childrenReached);
  const values = {
    protein: int(statement.proteinNeedDays),
    calcium: int(statement.calciumNeedDays),
  };
  return (
    <article class="certificate">
      <p class="programme">{common("appName")}</p>
      <h1>{w("certificate")}</h1>
      <p>{w("gift", { id: statement.giftId ?? "" })}</p>
      <p class="big">
        <strong>{number(int(statement.servings))}</strong> {w("cups")}
      </p>
      <p>{children > 0 ? `${number(children)} ${w("children")}` : w("childrenFew")}</p>
      <Grams statement={statement} />
      <p>
        {w("given")} {money(statement.amount)} · {w("allocated")} {money(statement.allocated)}
      </p>
      <p>{w("needs", values)}</p>
      <p class="told">
        {toldText(statement)}
        <br />
        {w("printedOn", { day: day(dayIn("Asia/Shanghai", nowMs)) })}
        <br />
        {w("certificateCheck")}
      </p>
    </article>
  );
}
