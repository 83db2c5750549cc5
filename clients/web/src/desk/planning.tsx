// How long the milk lasts at each school, what to order and why, and who is silent.
import { call, callAll } from "../connect/call";
import { alerts, plans } from "../connect/services";
import { day, grams, int, number } from "../format/format";
import type { AlertJson } from "../gen/milkway/planning/v1/alerts_pb";
import type {
  OrderSuggestionJson,
  ReasonJson,
  SchoolPlanJson,
} from "../gen/milkway/planning/v1/plans_pb";
import { Bars } from "../ui/bars";
import { useLoaded } from "../ui/hooks";
import { Notice, Shown } from "../ui/parts";
import { w as desk } from "../words/desk";
import { w } from "../words/desk_more";
import { language } from "../words/words";
import { Chart, Wide } from "./chart";
import type { ViewProps } from "./desk";
import { type Names, placeName, productName, readNames } from "./places";
import { useSubmit } from "./submit";
import { type Column, Table } from "./table";

function schoolName(plan: SchoolPlanJson): string {
  return (language() === "zh" ? plan.nameZh : plan.nameEn) || (plan.schoolId ?? "");
}

function planColumns(): Column<SchoolPlanJson>[] {
  return [
    {
      name: w("school"),
      value: schoolName,
      show: (plan) => (
        <a href={`#/stock/${encodeURIComponent(plan.schoolId ?? "")}`}>{schoolName(plan)}</a>
      ),
    },
    { name: w("daysLeft"), value: (plan) => int(plan.daysLeft) },
    { name: w("daysWithArrivals"), value: (plan) => int(plan.daysLeftWithArrivals) },
    { name: w("runsOutOn"), value: (plan) => day(plan.runsOutOn) },
    { name: w("orderBy"), value: (plan) => day(plan.orderBy) },
    {
      name: `${w("orderQuantity")} (g)`,
      value: (plan) => int(plan.orderG),
      show: (plan) => grams(int(plan.orderG)),
      sum: (total) => grams(total),
    },
    {
      name: `${desk("usable")} (g)`,
      value: (plan) => int(plan.usableG),
      show: (plan) => grams(int(plan.usableG)),
      sum: (total) => grams(total),
    },
    { name: w("dailyNeed"), value: (plan) => grams(int(plan.dailyNeedG)) },
  ];
}

function reasonTexts(reasons: ReasonJson[] | undefined): string[] {
  return (reasons ?? []).map((each) => (language() === "zh" ? each.textZh : each.textEn) ?? "");
}

function fixOf(order: OrderSuggestionJson): { href: string; text: string } {
  if (order.source !== "ORDER_SOURCE_WAREHOUSE") {
    return { href: "#/purchases", text: w("buyIt") };
  }
  const parts = [order.originId ?? "", order.schoolId ?? "", order.packs ?? "0"];
  return { href: `#/new-shipment/${parts.map(encodeURIComponent).join("/")}`, text: w("shipIt") };
}

function orderColumns(names: Names): Column<OrderSuggestionJson>[] {
  return [
    { name: w("school"), value: (row) => placeName(names, row.schoolId) },
    {
      name: w("source"),
      value: (row) => (row.originId ? placeName(names, row.originId) : w("purchaseSource")),
    },
    { name: desk("product"), value: (row) => productName(names, row.productId) },
    {
      name: desk("packs"),
      value: (row) => int(row.packs),
      show: (row) => number(int(row.packs)),
      sum: (total) => number(total),
    },
    { name: w("orderBy"), value: (row) => day(row.orderBy) },
    { name: w("runsOutOn"), value: (row) => day(row.runsOutOn) },
    {
      name: w("why"),
      value: (row) => reasonTexts(row.reasons).join("; "),
      show: (row) => (
        <ul class="reasons">
          {reasonTexts(row.reasons).map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      ),
    },
  ];
}

function DaysChart({ rows }: { rows: SchoolPlanJson[] }) {
  const bars = rows.map((plan) => {
    const now = int(plan.daysLeft);
    const later = Math.max(0, int(plan.daysLeftWithArrivals) - now);
    return { id: plan.schoolId ?? "", name: schoolName(plan), values: [now, later] };
  });
  return (
    <Chart name={w("daysLeft")}>
      <Wide label={w("daysChart")}>
        <Bars
          label={w("daysChart")}
          parts={[
            { name: w("daysLeft"), colour: "#1f5f8b" },
            { name: w("daysMore"), colour: "#8fb8d4" },
          ]}
          bars={bars}
          show={({ values: [now = 0, later = 0] }) =>
            w("daysValue", { now: number(now), all: number(now + later) })
          }
        />
      </Wide>
    </Chart>
  );
}

function Silent({ rows }: { rows: AlertJson[] }) {
  const zh = language() === "zh";
  if (rows.length === 0) return <p class="hint">{w("noneSilent")}</p>;
  return (
    <ul>
      {rows.map((alert) => (
        <li key={alert.alertId}>
          <a href={`#/counts/${encodeURIComponent(alert.locationId ?? "")}`}>
            {zh ? alert.textZh : alert.textEn}
          </a>
        </li>
      ))}
    </ul>
  );
}

async function readPlanning() {
  const [names, rows, orders, silent] = await Promise.all([
    readNames(),
    callAll(plans, "listSchoolPlans", {}, (r) => r.plans),
    callAll(plans, "suggestOrders", { withinDays: 60 }, (r) => r.suggestions),
    callAll(alerts, "listAlerts", { kind: "ALERT_KIND_SCHOOL_SILENT" }, (r) => r.alerts),
  ]);
  return { names, rows, orders, silent };
}

export function Planning({ writes }: ViewProps) {
  const [loaded, reload] = useLoaded("planning", readPlanning);
  const submit = useSubmit();
  const evaluate = () =>
    submit.run("evaluate", async (requestId) => {
      await call(alerts, "evaluateAlerts", { requestId });
      reload();
    });
  return (
    <>
      <div class="head">
        <h2>{desk("planning")}</h2>
        {writes && (
          <button type="button" disabled={submit.busy} onClick={evaluate}>
            {desk("evaluate")}
          </button>
        )}
      </div>
      {submit.refusal !== "" && <Notice kind="error">{submit.refusal}</Notice>}
      <Shown of={loaded} retry={reload}>
        {({ names, rows, orders, silent }) => (
          <>
            {rows.length > 0 && <DaysChart rows={rows} />}
            <Table
              name={desk("planning")}
              columns={planColumns()}
              rows={rows}
              keyOf={(plan) => plan.schoolId ?? ""}
            />
            <h3>{w("suggested")}</h3>
            <Table
              name={w("suggested")}
              columns={orderColumns(names)}
              rows={orders}
              keyOf={(row) => `${row.schoolId}/${row.source}/${row.originId}/${row.productId}`}
              actions={(row) => writes && <a href={fixOf(row).href}>{fixOf(row).text}</a>}
            />
            <h3>{w("silent")}</h3>
            <Silent rows={silent} />
          </>
        )}
      </Shown>
    </>
  );
}
