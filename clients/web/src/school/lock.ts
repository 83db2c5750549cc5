// The PIN that locks the school's page on its phone. It is never sent and kept nowhere: what
// is kept is a text sealed under a key that follows from it. Names of children are sealed
// under the same key. After five wrong tries the phone forgets what it read.
import { forgetAndLeave } from "../session/kept_session";
import { kept, kKept, resultOf, transact } from "./database";

const kName = "lock";
/** Digits of a PIN. */
export const kPinDigits = 4;
/** Wrong tries after which the phone forgets. */
export const kTriesMax = 5;
/** Unused for so long the page locks itself, in milliseconds. */
export const kIdleMs = 15 * 60_000;
/** Rounds of PBKDF2: about half a second on an old phone. */
const kRounds = 100_000;
const kProbe = new TextEncoder().encode("milkway");

/** A text sealed under the key of the PIN. */
export interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  bytes: ArrayBuffer;
}

interface LockRow {
  salt: Uint8Array<ArrayBuffer>;
  probe: Sealed;
  /** Tries since it was opened last. */
  tries: number;
  /** When the page was used last, by the phone's clock. */
  usedAt: number;
  /** There while it is open. It cannot be read out, only used. */
  key?: CryptoKey;
}

/** "none": no PIN was chosen; "unable": this browser cannot have one. */
export type LockState = "none" | "unable" | "open" | "locked";

async function keyOf(pin: string, salt: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const text = new TextEncoder().encode(pin);
  const base = await crypto.subtle.importKey("raw", text, "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations: kRounds },
    base,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}

async function sealUnder(key: CryptoKey, text: Uint8Array<ArrayBuffer>): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, bytes: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, text) };
}

function change(db: IDBDatabase, body: (row: LockRow) => LockRow): Promise<LockRow | undefined> {
  return transact(db, [kKept], "readwrite", async (transaction) => {
    const store = transaction.objectStore(kKept);
    const row = (await resultOf(store.get(kName))) as LockRow | undefined;
    if (row === undefined) return undefined;
    const next = body(row);
    store.put(next, kName);
    return next;
  });
}

function withoutKey({ key: _, ...row }: LockRow): LockRow {
  return row;
}

function isIdle(row: LockRow, now: number): boolean {
  return now < row.usedAt || row.usedAt + kIdleMs <= now;
}

/** Whether the page is open. Where it was unused for too long, it is locked by this. */
export async function lockState(db: IDBDatabase, now: number): Promise<LockState> {
  // Only pages that nobody on the way can change have cryptography.
  if (crypto.subtle === undefined) return "unable";
  const row = await kept<LockRow>(db, kName);
  if (row === undefined) return "none";
  if (row.key !== undefined && !isIdle(row, now)) return "open";
  await lockNow(db);
  return "locked";
}

/** Locks the page with a new PIN, and leaves it open for now. */
export async function choosePin(db: IDBDatabase, pin: string, now: number): Promise<void> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const key = await keyOf(pin, salt);
  const row: LockRow = { salt, probe: await sealUnder(key, kProbe), tries: 0, usedAt: now, key };
  await transact(db, [kKept], "readwrite", async (transaction) => {
    transaction.objectStore(kKept).put(row, kName);
  });
}

/**
 * Opens the page if the PIN is right; else says how many tries are left. With none left the
 * phone has forgotten all but the records that are not sent.
 */
export async function tryPin(db: IDBDatabase, pin: string, now: number): Promise<number | "open"> {
  // Counted before it is tried: closing the page gives no try back.
  const row = await change(db, (before) => ({ ...before, tries: before.tries + 1 }));
  if (row === undefined || row.tries > kTriesMax) {
    await forgetAndLeave();
    return 0;
  }
  const key = await keyOf(pin, row.salt);
  const { iv, bytes } = row.probe;
  const right = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, bytes).then(
    () => true,
    () => false,
  );
  if (right) {
    await change(db, (before) => ({ ...before, tries: 0, usedAt: now, key }));
    return "open";
  }
  if (row.tries === kTriesMax) await forgetAndLeave();
  return kTriesMax - row.tries;
}

/** Says that somebody uses the page; one that was unused for too long stays so. */
export async function noteUse(db: IDBDatabase, now: number): Promise<void> {
  await change(db, (row) => (isIdle(row, now) ? row : { ...row, usedAt: now }));
}

export async function lockNow(db: IDBDatabase): Promise<void> {
  await change(db, withoutKey);
}

/** Seals a value under the key of the PIN; undefined while the page is locked. */
export async function seal(db: IDBDatabase, value: unknown): Promise<Sealed | undefined> {
  const row = await kept<LockRow>(db, kName);
  if (row?.key === undefined) return undefined;
  return sealUnder(row.key, new TextEncoder().encode(JSON.stringify(value)));
}

/** What was sealed; undefined while the page is locked, or if it was sealed under another PIN. */
export async function unseal<T>(db: IDBDatabase, sealed: Sealed): Promise<T | undefined> {
  const row = await kept<LockRow>(db, kName);
  if (row?.key === undefined) return undefined;
  try {
    const { iv, bytes } = sealed;
    const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, row.key, bytes);
    return JSON.parse(new TextDecoder().decode(text)) as T;
  } catch {
    return undefined;
  }
}
