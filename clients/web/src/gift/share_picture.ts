// A picture of a gift's result to send to friends, 1200 × 630: as apps that show no preview of a
// link want it.
import { int, number } from "../format/format";
import type { GiftStatementJson } from "../gen/milkway/impact/v1/statements_pb";
import { saveBlob } from "../ui/files";
import { w as common } from "../words/common";
import { w } from "../words/gift";
import { statusOf } from "./gift_figures";
import { childrenText, toldText } from "./told_text";

const kWidth = 1200;
const kHeight = 630;
const kLeft = 90;
const kFont = 'system-ui, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif';

/** A line of the picture; smaller where it would be too wide. */
function line(context: CanvasRenderingContext2D, text: string, y: number, px: number): void {
  const weight = px > 60 ? "bold " : "";
  context.font = `${weight}${px}px ${kFont}`;
  const room = kWidth - 2 * kLeft;
  const wide = context.measureText(text).width;
  if (wide > room) context.font = `${weight}${Math.floor((px * room) / wide)}px ${kFont}`;
  context.fillText(text, kLeft, y);
}

/** Lets the person save the picture. */
export async function saveSharePicture(statement: GiftStatementJson): Promise<void> {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [kWidth, kHeight];
  const context = canvas.getContext("2d");
  if (context === null) return;
  context.fillStyle = "#e3eff7";
  context.fillRect(0, 0, kWidth, kHeight);
  context.fillStyle = "#1f5f8b";
  context.fillRect(0, 0, 24, kHeight);
  line(context, `${number(int(statement.servings))} ${w("cups")}`, 300, 120);
  context.fillStyle = "#1b2a36";
  line(context, w("title"), 130, 44);
  line(context, childrenText(statement), 390, 40);
  line(context, w(`status_${statusOf(statement)}`), 455, 40);
  context.fillStyle = "#51626f";
  line(context, `${common("appName")} · ${toldText(statement)}`, 560, 28);
  const png = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (png !== null) saveBlob(`${statement.giftId}-share.png`, png);
}
