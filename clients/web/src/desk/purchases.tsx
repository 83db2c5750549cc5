// Purchases, by the lots that came with them.
import { useState } from "preact/hooks";
import { callAll } from "../connect/call";
import { purchases } from "../connect/services";
import { day, grams, int, money, number } from "../format/format";
import type { LotJson } from "../gen/milkway/inventory/v1/purchases_pb";
import { useLoaded } from "../ui/hooks";
import { Notice, Shown } from "../ui/parts";
import { w } from "../words/desk";
import type { ViewProps } from "./desk";
import { NewPurchase } from "./new_purchase";
import { type Names, productName, readNames } from "./places";
import { hasDraft } from "./purchase_draft";
import { type Column, Table } from "./table";

function columns(names: Names): Column<LotJson>[] {
  return [
    { name: w("purchase"), value: (lot) => lot.purchaseId ?? "" },
    { name: w("purchasedOn"), value: (lot) => day(lot.purchasedOn) },
    { name: w("product"), value: (lot) => productName(names, lot.productId) },
    {
      name: w("lotNumber"),
      value: (lot) => lot.lotNumber ?? "",
      show: (lot) => <a href={`#/trace/${lot.lotId}`}>{lot.lotNumber}</a>,
    },
    { name: w("expiresOn"), value: (lot) => day(lot.expiresOn) },
    {
      name: w("packs"),
      value: (lot) => int(lot.packs),
      show: (lot) => number(int(lot.packs)),
      sum: (total) => number(total),
    },
    { name: w("packWeight"), value: (lot) => grams(int(lot.packWeightG)) },
    { name: w("landedCost"), value: (lot) => money(lot.landedCost) },
  ];
}

export function Purchases({ writes, subject }: ViewProps) {
  // What was typed before the page was closed, or the session ended, is shown at once.
  const [open, setOpen] = useState(writes && hasDraft());
  const [saved, setSaved] = useState("");
  const [loaded, reload] = useLoaded(subject, async () => {
    const [names, lots] = await Promise.all([
      readNames(),
      callAll(purchases, "listLots", { purchaseId: subject }, (r) => r.lots),
    ]);
    return { names, lots };
  });
  return (
    <>
      <div class="head">
        <h2>{subject === "" ? w("purchases") : `${w("purchase")} ${subject}`}</h2>
        {subject !== "" && <a href="#/purchases">‹ {w("purchases")}</a>}
        {writes && <a href="#/import">{w("importCsv")}</a>}
        {writes && (
          <button type="button" class={open ? "" : "main"} onClick={() => setOpen(!open)}>
            {open ? w("cancel") : w("newPurchase")}
          </button>
        )}
      </div>
      {saved !== "" && <Notice kind="info">{w("saved", { name: saved })}</Notice>}
      <Shown of={loaded} retry={reload}>
        {({ names, lots }) => (
          <>
            {open && (
              <NewPurchase
                names={names}
                onSaved={(purchaseId) => {
                  setSaved(purchaseId);
                  setOpen(false);
                  reload();
                }}
              />
            )}
            <Table
              name={w("purchases")}
              columns={columns(names)}
              rows={lots}
              keyOf={(lot) => lot.lotId ?? ""}
              actions={(lot) => <a href={`#/labels/${lot.lotId}`}>{w("qrLabels")}</a>}
            />
          </>
        )}
      </Shown>
    </>
  );
}
