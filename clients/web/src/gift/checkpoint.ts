// Checkpoints of the log: signed notes (docs/proofs.md, Checkpoints).
import { w } from "../words/proof";
import { ProofError } from "./canonical";
import { type Bytes, bytesOf, same, sha256 } from "./merkle";

const text = new TextEncoder();

/** A checkpoint that was opened. */
export interface Checkpoint {
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
  if (typed.length !== 33 || typed[0] !== 1) throw new ProofError(() => w("keyKind"));
  const hash = (await sha256(text.encode(`${name}\n`), typed)).slice(0, 4);
  const hex = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hex !== id) throw new ProofError(() => w("keyId"));
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
    throw new ProofError(() => w("signedOften"));
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
  if (end < 0) throw new ProofError(() => w("unsigned"));
  const body = note.slice(0, end + 1);
  const [origin = "", size = "", root = ""] = body.split("\n");
  if (origin !== key.name) throw new ProofError(() => w("otherLog"));
  if (!/^(0|[1-9]\d{0,15})$/.test(size)) throw new ProofError(() => w("sizeMissing"));
  const signature = signatureOf(
    note
      .slice(end + 2)
      .split("\n")
      .filter(Boolean),
    key,
  );
  const holds = await signed(key.key, signature, text.encode(body));
  if (holds === false) throw new ProofError(() => w("signatureWrong"));
  const rootBytes = bytesOf(root);
  if (rootBytes.length !== 32) throw new ProofError(() => w("rootBad"));
  return { origin, size: Number(size), root: rootBytes, signatureChecked: holds === true };
}
