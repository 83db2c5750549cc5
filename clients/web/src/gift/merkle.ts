// The tree of the log (docs/proofs.md, The tree): hashes, and the proofs that lead to its root.
import { w } from "../words/proof";
import { ProofError } from "./canonical";

export type Bytes = Uint8Array<ArrayBuffer>;

/** The bytes of base64; a text that is not the one of its bytes is refused. */
export function bytesOf(base64: string): Bytes {
  let binary: string;
  try {
    binary = atob(base64);
  } catch {
    throw new ProofError(() => w("base64Bad"));
  }
  if (btoa(binary) !== base64) throw new ProofError(() => w("base64Other"));
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

export async function sha256(...parts: Uint8Array[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));
}

export function same(a: Uint8Array, b: Uint8Array): boolean {
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
  const wrong = () => new ProofError(() => w("pathWrong", { position: index + 1 }));
  if (index < 0 || index >= size) {
    throw new ProofError(() => w("beyondEnd", { position: index + 1 }));
  }
  let [fn, sn, hash] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (sn === 0 || sibling.length !== 32) throw wrong();
    if (fn % 2 === 1 || fn === sn) {
      hash = await sha256(Uint8Array.of(1), sibling, hash);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)];
    } else {
      hash = await sha256(Uint8Array.of(1), hash, sibling);
    }
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  if (sn !== 0) throw wrong();
  return hash;
}

/**
 * Whether a log of `to` records with root `toRoot` goes on from one of `from` records with root
 * `fromRoot` (RFC 9162, 2.1.4.2).
 */
export async function goesOn(
  from: { size: number; root: Uint8Array },
  to: { size: number; root: Uint8Array },
  proof: Uint8Array[],
): Promise<boolean> {
  if (from.size > to.size) return false;
  if (from.size === to.size) return proof.length === 0 && same(from.root, to.root);
  if (from.size === 0) return proof.length === 0;
  let [fn, sn] = [from.size - 1, to.size - 1];
  while (fn % 2 === 1) [fn, sn] = [(fn - 1) / 2, Math.floor(sn / 2)];
  // A log of 2^n records is a whole subtree of the later one, and starts the proof itself.
  const path = fn === 0 ? [from.root, ...proof] : proof;
  const first = path[0];
  if (first === undefined || path.some((hash) => hash.length !== 32)) return false;
  let [before, after] = [first, first];
  for (const hash of path.slice(1)) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      before = await sha256(Uint8Array.of(1), hash, before);
      after = await sha256(Uint8Array.of(1), hash, after);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)];
    } else {
      after = await sha256(Uint8Array.of(1), after, hash);
    }
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  return sn === 0 && same(before, from.root) && same(after, to.root);
}
