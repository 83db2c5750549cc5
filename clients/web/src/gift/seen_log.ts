// The last checkpoint that this device has seen: what the log said once, kept where its server
// cannot reach it.
import { serverNow } from "../connect/call";
import type { SeenCheckpoint } from "./proof";

export interface SeenLog extends SeenCheckpoint {
  /** When, in milliseconds. */
  atMs: number;
}

const kStorageKey = "milkway.log";

/** What was seen last; undefined where nothing is kept. */
export function seenLog(): SeenLog | undefined {
  try {
    const seen = JSON.parse(localStorage.getItem(kStorageKey) ?? "null");
    const whole = typeof seen?.verifierKey === "string" && typeof seen.note === "string";
    return whole && typeof seen.atMs === "number" ? seen : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps what was checked for the next time. */
export function keepLog(checkpoint: SeenCheckpoint): void {
  const { verifierKey, note } = checkpoint;
  try {
    localStorage.setItem(kStorageKey, JSON.stringify({ verifierKey, note, atMs: serverNow() }));
  } catch {
    // Storage is closed: the next check begins anew.
  }
}
