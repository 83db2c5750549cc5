// What is printed of a gift: one A4 page to hang on the wall. On the screen it is not shown.
import { day, dayIn, int, money, number, percent } from "../format/format";
import type { GiftStatementJson } from "../gen/milkway/impact/v1/statements_pb";
import { w as common } from "../words/common";
import { w } from "../words/gift";
import { gramsOf, kParts, sharesOf } from "./gift_figures";
import { childrenText, toldText } from "./told_text";

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

export function Certificate({ statement, nowMs }: { statement: GiftStatementJson; nowMs: number }) {
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
      <p>{childrenText(statement)}</p>
      <Grams statement={statement} />
      <p>
        {w("given")} {money(statement.amount)} · {w("allocated")} {money(statement.allocated)}
      </p>
      {int(statement.servings) > 0 && <p>{w("needs", values)}</p>}
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
