// Every gram of a gift: a picture of where it went, and the same numbers as a table.
import { useRef } from "preact/hooks";
import { int, number } from "../format/format";
import type { GiftStatementJson } from "../gen/milkway/impact/v1/statements_pb";
import { saveCsv } from "../ui/files";
import { savePicture } from "../ui/picture";
import { Sankey, type SankeyFlow, type SankeyNode } from "../ui/sankey";
import { w } from "../words/gift";
import { gramsOf } from "./gift_figures";

const kParts = ["served", "lost", "returned", "remaining"] as const;
type Part = (typeof kParts)[number];

const kColors: Record<Part, string> = {
  served: "#1f5f8b",
  lost: "#a4262c",
  returned: "#c77700",
  remaining: "#7f9bac",
};
const kLotColor = "#4b6b57";

/** The gift's lots on the left, what became of them on the right. */
export function bandsOfGift(statement: GiftStatementJson): {
  nodes: SankeyNode[];
  flows: SankeyFlow[];
} {
  const lots = (statement.lots ?? []).filter((lot) => int(lot.fundedG) > 0);
  const flows = lots.flatMap((lot) => {
    const grams: Record<Part, number> = {
      served: int(lot.servedG),
      lost: int(lot.lostG),
      returned: int(lot.returnedG),
      remaining: int(lot.remainingG),
    };
    return kParts
      .filter((part) => grams[part] > 0)
      .map((part) => ({ from: `lot ${lot.lotId}`, to: part as string, value: grams[part] }));
  });
  const nodes: SankeyNode[] = lots.map((lot) => ({
    id: `lot ${lot.lotId}`,
    label: `${lot.lotNumber} · ${number(int(lot.fundedG))} g`,
    column: 0,
    color: kLotColor,
  }));
  const sum = gramsOf(statement);
  for (const part of kParts) {
    if (sum[part] === 0) continue;
    const label = `${w(`short_${part}`)} · ${number(sum[part])} g`;
    nodes.push({ id: part, label, column: 1, color: kColors[part] });
  }
  return { nodes, flows };
}

export function EveryGram({ statement }: { statement: GiftStatementJson }) {
  const sum = gramsOf(statement);
  const picture = useRef<SVGSVGElement>(null);
  const { nodes, flows } = bandsOfGift(statement);
  const giftId = statement.giftId ?? "";
  const rows: [string, number][] = [
    ...kParts.map((part): [string, number] => [w(part), sum[part]]),
    [w("funded"), sum.funded],
  ];
  return (
    <section class="card">
      <h2>{w("everyGram")}</h2>
      {sum.funded > 0 && (
        <Sankey nodes={nodes} flows={flows} label={w("everyGram")} picture={picture} />
      )}
      <table>
        <thead>
          <tr>
            <th scope="col">{w("where")}</th>
            <th scope="col">{w("amount")}</th>
          </tr>
        </thead>
        <tbody>
          {kParts.map((part) => (
            <tr key={part}>
              <th scope="row">
                <span class={`key part-${part}`} />
                {w(part)}
              </th>
              <td>{number(sum[part])} g</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{w("funded")}</th>
            <td>{number(sum.funded)} g</td>
          </tr>
        </tfoot>
      </table>
      <div class="actions no-print">
        <button
          type="button"
          class="quiet"
          onClick={() => saveCsv(giftId, [[w("where"), "g"], ...rows])}
        >
          {w("saveTable")}
        </button>
        {sum.funded > 0 && (
          <button
            type="button"
            class="quiet"
            onClick={() => picture.current && void savePicture(picture.current, `${giftId}.png`)}
          >
            {w("savePicture")}
          </button>
        )}
      </div>
    </section>
  );
}
