// What a purchase cost besides its goods: freight, duty and so on, as it is typed.
import type { PurchaseJson } from "../gen/milkway/inventory/v1/purchases_pb";
import { Field } from "../ui/parts";
import { w } from "../words/desk_more";
import { Choice } from "./choice";
import { type CostTyped, kCostKinds, minorUnits, type PurchaseTyped } from "./purchase_draft";

/** The costs of a draft; a text that says what is wrong with them. */
export function costsOf(
  draft: PurchaseTyped,
  digitsOf: (currency: string) => number,
): NonNullable<PurchaseJson["costs"]> | string {
  const costs: PurchaseJson["costs"] = [];
  for (const [i, { kind, amount, currency }] of draft.costs.entries()) {
    const minor = minorUnits(amount, digitsOf(currency));
    if (minor === undefined) return w("costAmount", { n: i + 1 });
    costs.push({
      // An id that the purchase makes its own, at most 64 bytes.
      costId: `${draft.purchaseId.slice(0, 48)}-${kind.toLowerCase()}-${i + 1}`,
      kind: `COST_KIND_${kind}`,
      incurredOn: draft.purchasedOn,
      amount: { currencyCode: currency, minorUnits: minor },
    });
  }
  return costs;
}

export function CostFields(props: {
  cost: CostTyped;
  n: number;
  onCost: (cost: CostTyped) => void;
  onRemove: () => void;
}) {
  const { cost } = props;
  const set = (part: Partial<CostTyped>) => props.onCost({ ...cost, ...part });
  return (
    <fieldset>
      <legend>{w("costOf", { n: props.n })}</legend>
      <div class="fields">
        <Choice
          label={w("costKind")}
          value={cost.kind}
          options={kCostKinds.map((kind): [string, string] => [kind, w(`cost_${kind}`)])}
          onValue={(kind) => set({ kind: kCostKinds.find((each) => each === kind) ?? cost.kind })}
        />
        <Field
          label={w("costTyped")}
          value={cost.amount}
          onValue={(amount) => set({ amount })}
          required
        />
        <Field
          label={w("costCurrency")}
          value={cost.currency}
          onValue={(currency) => set({ currency: currency.toUpperCase() })}
          required
        />
        <button type="button" class="quiet" onClick={props.onRemove}>
          {w("removeCost", { n: props.n })}
        </button>
      </div>
    </fieldset>
  );
}
