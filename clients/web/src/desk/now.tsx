// What needs somebody now: the open alerts, the most severe first.
import { call, callAll } from "../connect/call";
import { alerts } from "../connect/services";
import { momentUs } from "../format/format";
import type { AlertJson } from "../gen/milkway/planning/v1/alerts_pb";
import { useLoaded } from "../ui/hooks";
import { Notice, Shown } from "../ui/parts";
import { w } from "../words/desk";
import { language } from "../words/words";
import type { ViewProps } from "./desk";
import { useSubmit } from "./submit";
import { type Column, Table } from "./table";

/** Where an alert is dealt with. */
function fixOf(alert: AlertJson): string {
  const place = encodeURIComponent(alert.locationId ?? "");
  if (alert.kind === "ALERT_KIND_SHORTAGE_UNRESOLVED") {
    return `#/shortages/${encodeURIComponent(alert.shipmentId ?? "")}`;
  }
  if (alert.kind === "ALERT_KIND_LOW" || alert.kind === "ALERT_KIND_OUT") return "#/planning";
  if (alert.kind === "ALERT_KIND_SCHOOL_SILENT") return `#/counts/${place}`;
  if (alert.recallId) return `#/recalls/${encodeURIComponent(alert.recallId)}`;
  if (alert.shipmentId) return `#/shipments/${encodeURIComponent(alert.shipmentId)}`;
  if (alert.lotId) return `#/trace/${alert.lotId}`;
  if (alert.locationId) return `#/stock/${place}`;
  return "#/stock";
}

const kSeverities = {
  ALERT_SEVERITY_UNSPECIFIED: "warning",
  ALERT_SEVERITY_CRITICAL: "critical",
  ALERT_SEVERITY_URGENT: "urgent",
  ALERT_SEVERITY_WARNING: "warning",
} as const;

function severityOf(alert: AlertJson): "critical" | "urgent" | "warning" {
  return kSeverities[alert.severity ?? "ALERT_SEVERITY_WARNING"];
}

function columns(): Column<AlertJson>[] {
  const zh = language() === "zh";
  return [
    {
      name: w("severity"),
      value: (alert) => w(severityOf(alert)),
      show: (alert) => <span class={`severity-${severityOf(alert)}`}>{w(severityOf(alert))}</span>,
    },
    {
      name: w("what"),
      value: (alert) => (zh ? alert.textZh : alert.textEn) ?? "",
      show: (alert) => <a href={fixOf(alert)}>{zh ? alert.textZh : alert.textEn}</a>,
    },
    { name: w("todo"), value: (alert) => (zh ? alert.actionZh : alert.actionEn) ?? "" },
    { name: w("since"), value: (alert) => momentUs(alert.openedUs) },
  ];
}

export function Now({ writes }: ViewProps) {
  const [loaded, reload] = useLoaded("alerts", () =>
    callAll(alerts, "listAlerts", {}, (r) => r.alerts),
  );
  const submit = useSubmit();
  const takeCare = (alertId: string) =>
    submit.run({ alertId }, async (requestId) => {
      await call(alerts, "acknowledgeAlert", { requestId, alertId });
      reload();
    });
  const evaluate = () =>
    submit.run("evaluate", async (requestId) => {
      await call(alerts, "evaluateAlerts", { requestId });
      reload();
    });
  return (
    <>
      <div class="head">
        <h2>{w("now")}</h2>
        {writes && (
          <button type="button" disabled={submit.busy} onClick={evaluate}>
            {w("evaluate")}
          </button>
        )}
      </div>
      {submit.refusal !== "" && <Notice kind="error">{submit.refusal}</Notice>}
      <Shown of={loaded} retry={reload}>
        {(rows) =>
          rows.length === 0 ? (
            <Notice kind="info">{w("nothingUrgent")}</Notice>
          ) : (
            <Table
              name={w("now")}
              columns={columns()}
              rows={rows}
              keyOf={(alert) => alert.alertId ?? ""}
              actions={(alert) =>
                alert.acknowledgedBy ? (
                  w("takenBy", { name: alert.acknowledgedBy })
                ) : writes ? (
                  <button type="button" onClick={() => takeCare(alert.alertId ?? "")}>
                    {w("takeCare")}
                  </button>
                ) : null
              }
            />
          )
        }
      </Shown>
    </>
  );
}
