// A new purchase with its lots: typed, or pasted from a spreadsheet.
import { useState } from "preact/hooks";
import { call } from "../connect/call";
import { purchases } from "../connect/services";
import type { LocationKindJson } from "../gen/milkway/inventory/v1/catalog_pb";
import type { PurchaseJson } from "../gen/milkway/inventory/v1/purchases_pb";
import { Field, Notice } from "../ui/parts";
import { w } from "../words/desk";
import { w as more } from "../words/desk_more";
import { Choice } from "./choice";
import { CostFields, costsOf } from "./cost_fields";
import { type Names, placeName, productName } from "./places";
import {
  type CostTyped,
  dropDraft,
  kEmptyLine,
  type LineTyped,
  minorUnits,
  type PurchaseTyped,
  pastedLines,
  storeDraft,
  storedDraft,
} from "./purchase_draft";
import { useSubmit } from "./submit";

/** Digits behind the point of a currency. */
export function digitsOf(currency: string): number {
  try {
    const format = new Intl.NumberFormat("en", { style: "currency", currency });
    return format.resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

/** The purchase of a draft; a text that says what is wrong with it. */
function purchaseOf(draft: PurchaseTyped): PurchaseJson | string {
  const digits = digitsOf(draft.currency);
  const { currency, lines: typed, costs: _, ...rest } = draft;
  const lines: PurchaseJson["lines"] = [];
  for (const [i, line] of typed.entries()) {
    const minor = minorUnits(line.price, digits);
    if (minor === undefined) return w("priceNumber", { n: i + 1 });
    if (!/^\d{1,8}$/.test(line.packs)) return w("wholeNumber", { name: w("packs") });
    const { price, ...kept } = line;
    lines.push({ ...kept, unitPrice: { currencyCode: currency, minorUnits: minor } });
  }
  const costs = costsOf(draft, digitsOf);
  if (typeof costs === "string") return costs;
  return { ...rest, lines, costs };
}

function LineFields(props: {
  line: LineTyped;
  n: number;
  names: Names;
  onLine: (line: LineTyped) => void;
  onRemove: () => void;
}) {
  const { line, names } = props;
  const set = (part: Partial<LineTyped>) => props.onLine({ ...line, ...part });
  const products = names.products.map((each): [string, string] => [
    each.productId ?? "",
    productName(names, each.productId),
  ]);
  return (
    <fieldset>
      <legend>{w("lineOf", { n: props.n })}</legend>
      <div class="fields">
        <Choice
          label={w("product")}
          value={line.productId}
          options={products}
          onValue={(productId) => set({ productId })}
        />
        <Field
          label={w("lotNumber")}
          value={line.lotNumber}
          onValue={(lotNumber) => set({ lotNumber })}
          required
        />
        <Field
          label={w("expiresOn")}
          type="date"
          value={line.expiresOn}
          onValue={(expiresOn) => set({ expiresOn })}
          required
        />
        <Field
          label={w("packs")}
          inputMode="numeric"
          value={line.packs}
          onValue={(packs) => set({ packs })}
          required
        />
        <Field
          label={w("unitPrice")}
          value={line.price}
          onValue={(price) => set({ price })}
          required
        />
        <button type="button" class="quiet" onClick={props.onRemove}>
          {w("removeLine", { n: props.n })}
        </button>
      </div>
    </fieldset>
  );
}

function Head(props: {
  draft: PurchaseTyped;
  names: Names;
  set: (p: Partial<PurchaseTyped>) => void;
}) {
  const { draft, names, set } = props;
  const places = (fits: (kind: LocationKindJson) => boolean) =>
    names.locations
      .filter((each) => fits(each.kind ?? "LOCATION_KIND_UNSPECIFIED"))
      .map((each): [string, string] => [each.locationId ?? "", placeName(names, each.locationId)]);
  return (
    <div class="fields">
      <Field
        label={w("purchase")}
        value={draft.purchaseId}
        onValue={(purchaseId) => set({ purchaseId })}
        required
      />
      <Field
        label={w("purchasedOn")}
        type="date"
        value={draft.purchasedOn}
        onValue={(purchasedOn) => set({ purchasedOn })}
        required
      />
      <Choice
        label={w("supplier")}
        value={draft.supplierId}
        options={places((kind) => kind === "LOCATION_KIND_SUPPLIER")}
        onValue={(supplierId) => set({ supplierId })}
      />
      <Choice
        label={w("destination")}
        value={draft.destinationId}
        options={places((kind) => kind !== "LOCATION_KIND_SUPPLIER")}
        onValue={(destinationId) => set({ destinationId })}
      />
      <Field
        label={w("currency")}
        value={draft.currency}
        onValue={(currency) => set({ currency: currency.toUpperCase() })}
        required
      />
    </div>
  );
}

/** The form; `onSaved` hears the purchase's id. */
export function NewPurchase(props: { names: Names; onSaved: (purchaseId: string) => void }) {
  const [draft, setDraft] = useState(storedDraft);
  const submit = useSubmit();
  const set = (part: Partial<PurchaseTyped>) => {
    const next = { ...draft, ...part };
    storeDraft(next);
    setDraft(next);
  };
  const addCost = () => {
    const cost: CostTyped = { kind: "FREIGHT", amount: "", currency: draft.currency };
    set({ costs: [...draft.costs, cost] });
  };
  const paste = (event: ClipboardEvent) => {
    const lines = pastedLines(event.clipboardData?.getData("text") ?? "");
    if (lines === undefined) return;
    event.preventDefault();
    const typed = draft.lines.filter((line) => Object.values(line).some((text) => text !== ""));
    set({ lines: [...typed, ...lines] });
  };
  const send = (event: Event) => {
    event.preventDefault();
    const purchase = purchaseOf(draft);
    if (typeof purchase === "string") {
      submit.refuse(purchase);
      return;
    }
    submit.run(purchase, async (requestId) => {
      await call(purchases, "recordPurchase", { requestId, purchase });
      dropDraft();
      props.onSaved(draft.purchaseId);
    });
  };
  return (
    <form class="card" onSubmit={send} onPaste={paste}>
      <p class="hint">
        {w("pasteHelp")} {w("draftKept")}
      </p>
      <Head draft={draft} names={props.names} set={set} />
      {draft.lines.map((line, i) => (
        <LineFields
          key={i}
          line={line}
          n={i + 1}
          names={props.names}
          onLine={(next) => set({ lines: draft.lines.map((each, at) => (at === i ? next : each)) })}
          onRemove={() => set({ lines: draft.lines.filter((_, at) => at !== i) })}
        />
      ))}
      {draft.costs.map((cost, i) => (
        <CostFields
          key={i}
          cost={cost}
          n={i + 1}
          onCost={(next) => set({ costs: draft.costs.map((each, at) => (at === i ? next : each)) })}
          onRemove={() => set({ costs: draft.costs.filter((_, at) => at !== i) })}
        />
      ))}
      {submit.refusal !== "" && <Notice kind="error">{submit.refusal}</Notice>}
      <div class="actions">
        <button type="button" onClick={() => set({ lines: [...draft.lines, kEmptyLine] })}>
          {w("addLine")}
        </button>
        <button type="button" onClick={addCost}>
          {more("addCost")}
        </button>
        <button type="submit" class="main" disabled={submit.busy || draft.lines.length === 0}>
          {w("save")}
        </button>
      </div>
    </form>
  );
}
