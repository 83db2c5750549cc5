// Where a lot went: picture, tables, and what can be done with it.
import { call } from "../connect/call";
import { purchases, trace } from "../connect/services";
import { day, grams, int, money, number } from "../format/format";
import type { LotPositionJson } from "../gen/milkway/inventory/v1/stock_pb";
import type {
  TracedClassDayJson,
  TracedSchoolJson,
  TraceLotResponseJson,
} from "../gen/milkway/trace/v1/trace_pb";
import { shortened } from "../ui/bars";
import { useLoaded } from "../ui/hooks";
import { Notice, Shown } from "../ui/parts";
import { type SankeyFlow as Flow, Sankey } from "../ui/sankey";
import { w as desk } from "../words/desk";
import { w } from "../words/desk_more";
import { Chart, Wide } from "./chart";
import type { ViewProps } from "./desk";
import { type Names, placeName, productName, readNames } from "./places";
import { type Column, Table } from "./table";
import { endOf, nodesOf, positionGap, throughOf, traceFlows } from "./trace_flows";

interface Traced {
  names: Names;
  answer: TraceLotResponseJson;
  classDays: TracedClassDayJson[];
  boughtAt: string;
}

async function readTrace(lotId: string): Promise<Traced> {
  const request = { lotIds: [lotId], pageSize: 1000 };
  const [names, answer] = await Promise.all([readNames(), call(trace, "traceLot", request)]);
  const purchaseId = answer.lots?.[0]?.purchaseId ?? "";
  const { purchase } = await call(purchases, "getPurchase", { purchaseId });
  const classDays = [...(answer.classDays ?? [])];
  let pageToken = answer.nextPageToken ?? "";
  while (pageToken !== "") {
    const page = await call(trace, "traceLot", { ...request, pageToken });
    classDays.push(...(page.classDays ?? []));
    pageToken = page.nextPageToken ?? "";
  }
  return { names, answer, classDays, boughtAt: purchase?.destinationId ?? "" };
}

function flowColumns(nameOf: (id: string) => string): Column<Flow>[] {
  return [
    { name: desk("origin"), value: (flow) => nameOf(flow.from) },
    { name: desk("destination"), value: (flow) => nameOf(flow.to) },
    {
      name: `${w("quantity")} (g)`,
      value: (flow) => flow.value,
      show: (flow) => grams(flow.value),
    },
  ];
}

function schoolColumns(names: Names): Column<TracedSchoolJson>[] {
  const count = (name: string, field: "servings" | "children"): Column<TracedSchoolJson> => ({
    name,
    value: (row) => int(row[field]),
    show: (row) => number(int(row[field])),
    sum: (total) => number(total),
  });
  return [
    { name: w("school"), value: (row) => placeName(names, row.schoolId) },
    count(w("servings"), "servings"),
    count(w("children"), "children"),
    {
      name: `${w("served")} (g)`,
      value: (row) => int(row.servedG),
      show: (row) => grams(int(row.servedG)),
      sum: (total) => grams(total),
    },
    { name: w("firstDay"), value: (row) => day(row.firstDay) },
    { name: w("lastDay"), value: (row) => day(row.lastDay) },
  ];
}

function classColumns(names: Names): Column<TracedClassDayJson>[] {
  return [
    { name: w("school"), value: (row) => placeName(names, row.schoolId) },
    { name: w("day"), value: (row) => day(row.servedOn) },
    { name: w("class"), value: (row) => row.className ?? "" },
    {
      name: w("servings"),
      value: (row) => int(row.servings),
      sum: (total) => number(total),
    },
    {
      name: `${w("served")} (g)`,
      value: (row) => int(row.servedG),
      show: (row) => grams(int(row.servedG)),
      sum: (total) => grams(total),
    },
  ];
}

/** The lot's position: what came in is what it became. */
function Position({ position }: { position: LotPositionJson }) {
  const parts: [string, string | undefined][] = [
    [desk("usable"), position.usableG],
    [desk("quarantined"), position.quarantinedG],
    [desk("damaged"), position.damagedG],
    [desk("inTransit"), position.inTransitG],
    [w("served"), position.servedG],
    [w("lost"), position.lostG],
    [w("destroyed"), position.destroyedG],
    [w("returned"), position.returnedG],
  ];
  const became = parts
    .filter(([, value]) => int(value) > 0)
    .map(([name, value]) => `${name} ${grams(int(value))}`)
    .join(" + ");
  const gap = positionGap(position);
  return (
    <>
      <p class="sum">
        {w("bought")} {grams(int(position.purchasedG))}
        {int(position.foundG) > 0 && ` + ${w("found")} ${grams(int(position.foundG))}`} = {became}
      </p>
      {gap !== 0 && <Notice kind="error">{w("sumGap", { gap: grams(gap) })}</Notice>}
    </>
  );
}

function Actions({ lotId, writes }: { lotId: string; writes: boolean }) {
  return (
    <p class="links">
      {writes && <a href={`#/recall-lot/${lotId}`}>{w("recallThis")}</a>}
      <a href={`#/labels/${lotId}`}>{w("labels")}</a>
      <button type="button" class="quiet" onClick={() => window.print()}>
        {w("print")}
      </button>
    </p>
  );
}

function Details({ traced, lotId }: { traced: Traced; lotId: string }) {
  const { names, answer, classDays } = traced;
  const lot = answer.lots?.[0] ?? {};
  const flows = traceFlows(answer, lotId, traced.boughtAt);
  const nameOf = (id: string) => {
    const end = endOf(id);
    return end === undefined ? placeName(names, id) : w(`end_${end}`);
  };
  const labelOf = (id: string) => `${shortened(nameOf(id), 24)} · ${grams(throughOf(flows, id))}`;
  const title = `${desk("lot")} ${lot.lotNumber}`;
  return (
    <>
      <p>
        {productName(names, lot.productId)} · {lot.purchaseId} · {day(lot.purchasedOn)} ·{" "}
        {desk("expiresOn")} {day(lot.expiresOn)} · {desk("landedCost")} {money(lot.landedCost)}
      </p>
      {(answer.positions ?? []).map((position) => (
        <Position key={position.lotId} position={position} />
      ))}
      <Chart name={title}>
        <Wide label={w("everyGram", { lot: title })}>
          <Sankey
            label={w("everyGram", { lot: title })}
            nodes={nodesOf(flows, labelOf)}
            flows={flows}
            width={1200}
          />
        </Wide>
      </Chart>
      <Table
        name={`${title} ${w("flows")}`}
        columns={flowColumns(nameOf)}
        rows={flows}
        keyOf={(flow) => `${flow.from}/${flow.to}`}
      />
      <h3>{w("schools")}</h3>
      <Table
        name={`${title} ${w("schools")}`}
        columns={schoolColumns(names)}
        rows={answer.schools ?? []}
        keyOf={(row) => row.schoolId ?? ""}
      />
      <h3>{w("classDays")}</h3>
      <Table
        name={`${title} ${w("classDays")}`}
        columns={classColumns(names)}
        rows={classDays}
        keyOf={(row) => row.distributionId ?? ""}
      />
    </>
  );
}

export function Trace({ subject, writes }: ViewProps) {
  const [loaded, retry] = useLoaded(subject, () => readTrace(subject));
  return (
    <Shown of={loaded} retry={retry}>
      {(traced) => (
        <>
          <div class="head">
            <h2>
              {desk("lot")} {traced.answer.lots?.[0]?.lotNumber}
            </h2>
            <Actions lotId={subject} writes={writes} />
          </div>
          <Details traced={traced} lotId={subject} />
        </>
      )}
    </Shown>
  );
}
