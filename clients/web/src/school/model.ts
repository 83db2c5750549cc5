// The state of the school's door: what was read, what is on its way, and whether the server
// answers. Views draw themselves anew at each change.
import { CallError, clockDifference, rememberClock, send } from "../connect/call";
import { uuid7 } from "../format/uuid";
import type { SignedIn } from "../session/session";
import { insistingDraft } from "./class_day";
import { keep, kept, openDatabase } from "./database";
import { keepNames, keptNames, merged, type Names, namesOfServer } from "./names";
import { type Draft, type Entry, isDue, isHeld, Outbox, snapshotName } from "./outbox";
import { kSessionEnded, type Post, type RunEnd, sendAll, sharedLock } from "./sender";
import { refreshSnapshot, type Snapshot } from "./snapshot";

/** While something waits, the server is tried this often, in milliseconds. */
const kRetryMs = 5_000;
/** What was read is read again after this time, in milliseconds. */
const kRefreshMs = 300_000;

/** The school's door behind its views. */
export class SchoolModel {
  snapshot: Snapshot | undefined;
  entries: Entry[] = [];
  /** How the last request ended: navigator.onLine promises more than it knows. */
  reached: "unknown" | "yes" | "no" = "unknown";
  needsSignIn = false;
  /** The server says that the session is over: what was read must go. */
  ended = false;
  /** Names of children while the page is not locked. */
  names: Names = {};
  /** Why reading failed, for reasons other than the network; empty if it did not. */
  trouble = "";

  private readonly listeners = new Set<() => void>();
  private readonly tabs =
    typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel("milkway");
  private triedAt = 0;
  private readAt = 0;
  private busy = false;
  private timer: ReturnType<typeof setInterval> | undefined;

  private constructor(
    private readonly db: IDBDatabase,
    private readonly outbox: Outbox,
    readonly person: SignedIn,
    readonly schoolId: string,
  ) {}

  /** Opens what the phone keeps of a school; then reads it anew in the background. */
  static async open(person: SignedIn, schoolId: string): Promise<SchoolModel> {
    const db = await openDatabase();
    const outbox = new Outbox(db, Date.now, () => uuid7(Date.now()));
    const model = new SchoolModel(db, outbox, person, schoolId);
    rememberClock((await kept<number>(db, "clock")) ?? 0);
    model.snapshot = await kept<Snapshot>(db, snapshotName(schoolId));
    model.entries = await outbox.entries();
    model.start();
    return model;
  }

  private start(): void {
    if (this.tabs !== undefined) this.tabs.onmessage = () => void this.reload();
    window.addEventListener("online", this.tryNow);
    document.addEventListener("visibilitychange", this.tryNow);
    this.timer = setInterval(() => void this.tick(), 1_000);
    this.tryNow();
  }

  /** Ends it: another school is shown. */
  close(): void {
    window.removeEventListener("online", this.tryNow);
    document.removeEventListener("visibilitychange", this.tryNow);
    clearInterval(this.timer);
    this.tabs?.close();
    this.db.close();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  private draw(): void {
    for (const listener of this.listeners) listener();
  }

  /** The person's entries that the server does not have yet. */
  unsent(): Entry[] {
    return this.entries.filter(
      (entry) =>
        entry.personId === this.person.personId &&
        (entry.state === "waiting" || entry.state === "sending"),
    );
  }

  /** Saves a record. Resolves once it is on disk; false if it was recorded already. */
  async record(draft: Draft): Promise<boolean> {
    const { added } = await this.outbox.add(draft);
    await this.changed();
    void this.askWorker();
    return added;
  }

  async undo(requestId: string): Promise<boolean> {
    const done = await this.outbox.undo(requestId);
    await this.changed();
    return done;
  }

  /** Whether a refused record can be sent once more, as served whatever the books lack. */
  mayInsist(entry: Entry): boolean {
    const recorded = this.snapshot?.recordedKeys.includes(entry.naturalKey) ?? false;
    return entry.refusal?.reason === "STOCK_MISSING" && !recorded;
  }

  insist(entry: Entry, reason: string): Promise<boolean> {
    return this.record(insistingDraft(entry, reason));
  }

  async dismiss(requestId: string): Promise<void> {
    await this.outbox.dismiss(requestId);
    await this.changed();
  }

  /** Shows the names on this phone, once the page is open; hides them when it is locked. */
  async showNames(show: boolean): Promise<void> {
    this.names = show ? await keptNames(this.db, this.schoolId) : {};
    this.draw();
  }

  async setNames(names: Names): Promise<void> {
    this.names = names;
    this.draw();
    await keepNames(this.db, this.person.personId, this.schoolId, names);
  }

  /** Reads the names that the server has: how many. Fails with a CallError. */
  async readNames(): Promise<number> {
    const server = await namesOfServer(this.schoolId);
    await this.setNames(merged(this.names, server));
    return Object.keys(server).length;
  }

  /** Names that the server gave out go when it has them no more: a guardian may have asked. */
  private async refreshNames(): Promise<void> {
    if (Object.values(this.names).some((each) => !each.typed)) await this.readNames();
  }

  /** Draws what another tab, or this one, changed. */
  private async reload(): Promise<void> {
    this.entries = await this.outbox.entries();
    this.snapshot = (await kept<Snapshot>(this.db, snapshotName(this.schoolId))) ?? this.snapshot;
    this.draw();
  }

  private async changed(): Promise<void> {
    await this.reload();
    this.tabs?.postMessage("changed");
  }

  /** Asks the browser to wake the worker when there is a network, if it can. */
  private async askWorker(): Promise<void> {
    const registration = await navigator.serviceWorker?.getRegistration();
    const sync = (registration as { sync?: { register(tag: string): Promise<void> } } | undefined)
      ?.sync;
    await sync?.register("milkway-outbox").catch(() => undefined);
  }

  private tryNow = (): void => {
    if (document.visibilityState === "hidden") return;
    this.triedAt = 0;
    this.readAt = 0;
    void this.tick();
  };

  private async tick(): Promise<void> {
    const now = Date.now();
    const held = this.entries.some((entry) => isHeld(entry, now));
    if (held) this.draw();
    if (this.busy || this.needsSignIn || this.ended) return;
    const mine = (entry: Entry) => entry.personId === this.person.personId;
    const due = this.entries.some((entry) => mine(entry) && isDue(entry, this.entries, now));
    const since = Math.abs(now - this.triedAt);
    const stale = Math.abs(now - this.readAt) >= kRefreshMs;
    if (!stale && !due) return;
    if (this.reached === "no" && since < kRetryMs) return;
    this.busy = true;
    this.triedAt = now;
    try {
      if (due) await this.sendDue();
      else await this.refresh();
    } finally {
      this.busy = false;
    }
  }

  private async sendDue(): Promise<void> {
    const post: Post = (path, body) => send("POST", path, body);
    const end = await sendAll(
      this.outbox,
      this.person.personId,
      post,
      sharedLock,
      () => void this.reload(),
    );
    this.heard(end);
    await this.changed();
    if (end === "done") await this.refresh();
  }

  private heard(end: RunEnd): void {
    this.reached = end === "no-answer" ? "no" : "yes";
    this.needsSignIn = end === "sign-in";
    this.ended = end === "ended";
  }

  /** Reads the school anew; what was delivered before that is then told by the server. */
  async refresh(): Promise<void> {
    const before = (await this.outbox.entries()).filter((entry) => entry.state === "delivered");
    try {
      await refreshSnapshot(this.db, this.person.personId, this.schoolId);
      await this.outbox.forgetDelivered(before.map((entry) => entry.requestId));
      await this.refreshNames();
      this.readAt = Date.now();
      this.trouble = "";
      this.heard("done");
    } catch (error) {
      this.failedToRead(error);
    }
    await keep(this.db, "clock", clockDifference());
    await this.changed();
  }

  private failedToRead(error: unknown): void {
    if (!(error instanceof CallError)) throw error;
    if (error.reason === kSessionEnded) this.heard("ended");
    else if (error.code === "unauthenticated") this.heard("sign-in");
    else if (!error.answered || error.code === "unavailable") this.heard("no-answer");
    else {
      this.heard("done");
      // Not again at once: the same question has the same answer.
      this.readAt = Date.now();
      this.trouble = error.message;
    }
  }
}
