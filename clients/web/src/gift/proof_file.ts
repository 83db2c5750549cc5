// The proof of a gift as a file that milkway-verify reads (docs/proofs.md, The file of a proof):
// version milkway-proof/2, which has exactly one text.
import { int } from "../format/format";
import type { GetGiftProofResponseJson } from "../gen/milkway/impact/v1/statements_pb";
import { bytesOf } from "./merkle";
import type { Checked } from "./proof";
import type { GiftLot } from "./recompute";

/** That the log grew from a checkpoint that was seen before. */
export interface Earlier {
  note: string;
  hashes: string[];
}

const kKinds = ["", "posting", "cost", "allocation", "statement"];

function lotMembers(lot: GiftLot): object {
  return {
    lot_id: Number(lot.lotId),
    funded_g: Number(lot.fundedG),
    served_g: Number(lot.servedG),
    servings: Number(lot.servings),
    lost_g: Number(lot.lostG),
    returned_g: Number(lot.returnedG),
    remaining_g: Number(lot.remainingG),
    schools: lot.schools.map((school) => ({
      school_id: school.schoolId,
      served_g: Number(school.servedG),
      servings: Number(school.servings),
    })),
  };
}

function giftMembers({ statement }: GetGiftProofResponseJson, { figures }: Checked): object {
  return {
    gift_id: statement?.giftId ?? "",
    publication: int(statement?.publication?.publication),
    allocated_minor: Number(figures.allocatedMinor),
    refund_due_minor: Number(figures.refundDueMinor),
    served_g: Number(figures.servedG),
    servings: Number(figures.servings),
    protein_mg: Number(figures.proteinMg),
    calcium_mg: Number(figures.calciumMg),
    energy_kj: Number(figures.energyKj),
    lots: figures.lots.map(lotMembers),
  };
}

/** The text of the file; the proof was checked. Members stand in the order of the format. */
export function proofFile(
  answer: GetGiftProofResponseJson,
  checked: Checked,
  earlier?: Earlier,
): string {
  const leaves = (answer.proof?.leaves ?? []).map(({ leaf, hashes }) => ({
    kind: kKinds[bytesOf(leaf?.canonical ?? "")[0] ?? 0],
    position: int(leaf?.position),
    canonical: leaf?.canonical,
    salt: leaf?.salt,
    inclusion: hashes ?? [],
  }));
  const members = {
    format: "milkway-proof/2",
    log_key: answer.proof?.verifierKey,
    checkpoint: answer.proof?.checkpoint?.note,
    leaves,
    ...(earlier && { earlier: { checkpoint: earlier.note, consistency: earlier.hashes } }),
    gift: giftMembers(answer, checked),
  };
  return `${JSON.stringify(members, null, 2)}\n`;
}
