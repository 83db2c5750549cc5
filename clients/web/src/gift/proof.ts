// Checks the proof of a gift in the browser, by docs/proofs.md: that every record behind the
// figures stands, word for word, in the log whose owner signed the checkpoint, that the log goes
// on from the one that was seen before, and that the figures are what these records come to.

import { int } from "../format/format";
import type { GetGiftProofResponseJson } from "../gen/milkway/impact/v1/statements_pb";
import { w } from "../words/proof";
import { ProofError, readLeaf } from "./canonical";
import { type Checkpoint, openCheckpoint } from "./checkpoint";
import { type Bytes, bytesOf, goesOn, leafHash, rootOf, same } from "./merkle";
import { type GiftFigures, type PlacedLeaf, recompute } from "./recompute";
import { compareTold } from "./told";

/** What a check found. */
export interface Checked {
  /** Records that stand in the log. */
  leaves: number;
  /** Of the whole log; signatureChecked is false where the browser knows no Ed25519. */
  checkpoint: Checkpoint;
  /** What the records come to. */
  figures: GiftFigures;
}

/** A checkpoint that this device has seen. */
export interface SeenCheckpoint {
  verifierKey: string;
  note: string;
}

const kSaltBytes = 16;

type LeafJson = NonNullable<NonNullable<GetGiftProofResponseJson["proof"]>["leaves"]>[number];

async function placeLeaf({ leaf, hashes }: LeafJson, checkpoint: Checkpoint): Promise<PlacedLeaf> {
  const position = int(leaf?.position);
  const [canonical, salt] = [bytesOf(leaf?.canonical ?? ""), bytesOf(leaf?.salt ?? "")];
  if (salt.length !== kSaltBytes) throw new ProofError(() => w("saltMissing", { position }));
  const path = (hashes ?? []).map(bytesOf);
  const hash = await leafHash(canonical, salt);
  const root = await rootOf(hash, position - 1, checkpoint.size, path);
  if (!same(root, checkpoint.root)) throw new ProofError(() => w("notInLog", { position }));
  return { position, leaf: readLeaf(canonical, position) };
}

/** Checks a proof. Fails with a ProofError that says what does not hold. */
export async function checkProof(answer: GetGiftProofResponseJson): Promise<Checked> {
  const proof = answer.proof ?? {};
  const checkpoint = await openCheckpoint(proof.checkpoint?.note ?? "", proof.verifierKey ?? "");
  const placed: PlacedLeaf[] = [];
  for (const leaf of proof.leaves ?? []) placed.push(await placeLeaf(leaf, checkpoint));
  const told = answer.statement ?? {};
  const publication = BigInt(told.publication?.publication ?? "0");
  const figures = recompute(placed, told.giftId ?? "", publication);
  compareTold(told, figures);
  return { leaves: placed.length, checkpoint, figures };
}

/**
 * Checks that the log goes on from what was seen of it before; `prove` asks for the hashes that
 * show it. Answers these hashes in base64; a ProofError if the log was rewritten.
 */
export async function checkGrowth(
  seen: SeenCheckpoint,
  verifierKey: string,
  now: Checkpoint,
  prove: (fromSize: number, toSize: number) => Promise<string[]>,
): Promise<string[]> {
  if (seen.verifierKey !== verifierKey) throw new ProofError(() => w("otherKey"));
  const before = await openCheckpoint(seen.note, verifierKey);
  const asked = before.size > 0 && before.size < now.size;
  const hashes = asked ? await prove(before.size, now.size) : [];
  const path: Bytes[] = hashes.map(bytesOf);
  if (!(await goesOn(before, now, path))) throw new ProofError(() => w("rewritten"));
  return hashes;
}
