// One gift, or the gifts of one donor, as staff see them: money, and the lots that it bought.
import { call, callAll } from "../connect/call";
import { gifts } from "../connect/services";
import { day, money } from "../format/format";
import type { AllocationJson, GiftJson } from "../gen/milkway/impact/v1/gifts_pb";
import { useLoaded } from "../ui/hooks";
import { Shown } from "../ui/parts";
import { w as desk } from "../words/desk";
import { w } from "../words/desk_more";
import type { ViewProps } from "./desk";
import { type Column, Table } from "./table";

const kDonor = "donor:";

function giftColumns(): Column<GiftJson>[] {
  return [
    {
      name: w("kind_gift"),
      value: (row) => row.giftId ?? "",
      show: (row) => <a href={`#/gifts/${encodeURIComponent(row.giftId ?? "")}`}>{row.giftId}</a>,
    },
    { name: w("kind_donor"), value: (row) => row.donorId ?? "" },
    { name: w("day"), value: (row) => day(row.receivedOn) },
    { name: w("amount"), value: (row) => money(row.amount) },
    { name: w("allocated"), value: (row) => money(row.allocated) },
    { name: w("fees"), value: (row) => money(row.fees) },
    { name: w("refunded"), value: (row) => money(row.refunded) },
  ];
}

function allocationColumns(): Column<AllocationJson>[] {
  return [
    {
      name: desk("lot"),
      value: (row) => row.lotId ?? "",
      show: (row) => <a href={`#/trace/${row.lotId}`}>{row.lotId}</a>,
    },
    { name: w("day"), value: (row) => day(row.allocatedOn) },
    { name: w("amount"), value: (row) => money(row.amount) },
  ];
}

async function readGifts(subject: string) {
  if (subject.startsWith(kDonor)) {
    const donorId = subject.slice(kDonor.length);
    return { rows: await callAll(gifts, "listGifts", { donorId }, (r) => r.gifts), bought: [] };
  }
  const [{ gift }, bought] = await Promise.all([
    call(gifts, "getGift", { giftId: subject }),
    callAll(gifts, "listAllocations", { giftId: subject }, (r) => r.allocations),
  ]);
  return { rows: gift === undefined ? [] : [gift], bought };
}

export function GiftView({ subject }: ViewProps) {
  const [loaded, retry] = useLoaded(subject, () => readGifts(subject));
  const ofDonor = subject.startsWith(kDonor);
  const title = ofDonor ? `${w("kind_donor")} ${subject.slice(kDonor.length)}` : subject;
  return (
    <>
      <h2>{ofDonor ? title : `${w("kind_gift")} ${title}`}</h2>
      <Shown of={loaded} retry={retry}>
        {({ rows, bought }) => (
          <>
            <Table
              name={title}
              columns={giftColumns()}
              rows={rows}
              keyOf={(row) => row.giftId ?? ""}
            />
            {!ofDonor && (
              <>
                <h3>{w("allocated")}</h3>
                <Table
                  name={`${title} ${w("allocated")}`}
                  columns={allocationColumns()}
                  rows={bought}
                  keyOf={(row) => row.allocationId ?? ""}
                />
              </>
            )}
          </>
        )}
      </Shown>
    </>
  );
}
