// Checks the proof of a gift in the browser, by docs/proofs.md: that every record behind the
// figures stands, word for word, in the log whose owner signed the checkpoint, and that the
// figures are what these records come to.

import { int } from "../format/format";
import type { GetGiftProofResponseJson } from "../gen/milkway/impact/v1/statements_pb";
import { ProofError, readLeaf } from "./canonical";
import { type PlacedLeaf, recompute } from "./recompute";
import { compareTold } from "./told";

/** What a check found. */
export interface Checked {
  /** Records that stand in the log. */
  leaves: number;
  /** Records of the whole log. */
  logSize: number;
  /** The log's name. */
  origin: string;
  /** False: this browser knows no Ed25519, so that the signature was not checked. */
  signatureChecked: boolean;
}

const text = new TextEncoder();
type Bytes = Uint8Array<ArrayBuffer>;

/** The bytes of base64; a text that is not the one of its bytes is refused. */
export function bytesOf(base64: string): Bytes {
  let binary: string;
  try {
    binary = atob(base64);
  } catch {
    throw new ProofError("base64 cannot be read");
  }
  if (btoa(binary) !== base64) throw new ProofError("base64 is not the one text of its bytes");
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

function join(...parts: Uint8Array[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

async function sha256(...parts: Uint8Array[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** The hash of a leaf (proofs.md, The tree). */
export async function leafHash(canonical: Uint8Array, salt: Uint8Array): Promise<Bytes> {
  const kind = canonical.slice(0, 1);
  const commitment = await sha256(salt, canonical);
  return sha256(Uint8Array.of(0), kind, commitment);
}

/**
 * The root that an inclusion proof comes to (RFC 9162, 2.1.3.2), for leaf `index` from 0 of
 * `size`.
 */
export async function rootOf(
  leaf: Uint8Array,
  index: number,
  size: number,
  path: Uint8Array[],
): Promise<Uint8Array> {
  if (index >= size) throw new ProofError("a record stands behind the end of the log");
  let [fn, sn, hash] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (sn === 0 || sibling.length !== 32) throw new ProofError("a path does not fit the log");
    if (fn % 2 === 1 || fn === sn) {
      hash = await sha256(Uint8Array.of(1), sibling, hash);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)];
    } else {
      hash = await sha256(Uint8Array.of(1), hash, sibling);
    }
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  if (sn !== 0) throw new ProofError("a path does not fit the log");
  return hash;
}

/** A checkpoint that was opened. */
interface Checkpoint {
  origin: string;
  size: number;
  root: Bytes;
  signatureChecked: boolean;
}

interface VerifierKey {
  name: string;
  id: Bytes;
  key: Bytes;
}

async function readKey(line: string): Promise<VerifierKey> {
  const [name = "", id = "", base64 = ""] = line.split(/\+(.*?)\+(.*)/s);
  const typed = bytesOf(base64);
  if (typed.length !== 33 || typed[0] !== 1)
    throw new ProofError("the log's key is no Ed25519 key");
  const hash = (await sha256(text.encode(`${name}\n`), typed)).slice(0, 4);
  const hex = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hex !== id) throw new ProofError("the log's key does not fit its id");
  return { name, id: hash, key: typed.slice(1) };
}

/** The signature of `key` among the lines behind the text of a note. */
function signatureOf(lines: string[], key: VerifierKey): Bytes {
  const ours = lines
    .map((line) => line.split(" "))
    .filter(([dash, name]) => dash === "—" && name === key.name)
    .map(([, , base64]) => bytesOf(base64 ?? ""))
    .filter((bytes) => bytes.length === 68 && same(bytes.slice(0, 4), key.id));
  const signature = ours[0];
  if (signature === undefined || ours.length !== 1) {
    throw new ProofError("the checkpoint is not signed once by the log's key");
  }
  return signature.slice(4);
}

/** Whether the signature holds; undefined where the browser cannot tell. */
async function signed(key: Bytes, signature: Bytes, message: Bytes): Promise<boolean | undefined> {
  try {
    const imported = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", imported, signature, message);
  } catch {
    return undefined;
  }
}

/** Opens a signed note; fails with a ProofError if it is not the log's. */
export async function openCheckpoint(note: string, verifierKey: string): Promise<Checkpoint> {
  const key = await readKey(verifierKey);
  const end = note.indexOf("\n\n");
  if (end < 0) throw new ProofError("the checkpoint has no signature");
  const body = note.slice(0, end + 1);
  const [origin = "", size = "", root = ""] = body.split("\n");
  if (origin !== key.name) throw new ProofError("the checkpoint is of another log");
  if (!/^(0|[1-9]\d{0,15})$/.test(size)) throw new ProofError("the checkpoint has no size");
  const signature = signatureOf(
    note
      .slice(end + 2)
      .split("\n")
      .filter(Boolean),
    key,
  );
  const holds = await signed(key.key, signature, text.encode(body));
  if (holds === false) throw new ProofError("the signature of the checkpoint is wrong");
  return { origin, size: Number(size), root: bytesOf(root), signatureChecked: holds === true };
}

const kSaltBytes = 16;

/** Checks a proof. Fails with a ProofError that says what does not hold. */
export async function checkProof(answer: GetGiftProofResponseJson): Promise<Checked> {
  const proof = answer.proof ?? {};
  const checkpoint = await openCheckpoint(proof.checkpoint?.note ?? "", proof.verifierKey ?? "");
  const placed: PlacedLeaf[] = [];
  for (const { leaf, hashes } of proof.leaves ?? []) {
    const position = int(leaf?.position);
    const [canonical, salt] = [bytesOf(leaf?.canonical ?? ""), bytesOf(leaf?.salt ?? "")];
    if (salt.length !== kSaltBytes) throw new ProofError(`record ${position} has no salt`);
    const path = (hashes ?? []).map(bytesOf);
    const hash = await leafHash(canonical, salt);
    const root = await rootOf(hash, position - 1, checkpoint.size, path);
    if (!same(root, checkpoint.root)) {
      throw new ProofError(`record ${position} is not in the log as it is shown`);
    }
    placed.push({ position, leaf: readLeaf(canonical) });
  }
  const told = answer.statement ?? {};
  const publication = BigInt(told.publication?.publication ?? "0");
  compareTold(told, recompute(placed, told.giftId ?? "", publication));
  return {
    leaves: placed.length,
    logSize: checkpoint.size,
    origin: checkpoint.origin,
    signatureChecked: checkpoint.signatureChecked,
  };
}
