// What is said of a gift in more than one place: on its page, its certificate and its picture.
import { int, momentUs, number } from "../format/format";
import type { GiftStatementJson } from "../gen/milkway/impact/v1/statements_pb";
import { w } from "../words/gift";

/** How many children; nothing before there is a cup. */
export function childrenText(statement: GiftStatementJson): string {
  const children = int(statement.childrenReached);
  if (children > 0) return `${number(children)} ${w("children")}`;
  return int(statement.servings) > 0 ? w("childrenFew") : "";
}

/** Which publication tells it, or that there is none. */
export function toldText(statement: GiftStatementJson): string {
  if (statement.publication === undefined) return w("notTold");
  return w("toldOn", {
    publication: statement.publication.publication ?? "",
    when: momentUs(statement.publication.asOfRecordedUs),
  });
}
