// Records on their way to the server. An entry is on disk before anybody is told that it is
// saved, and leaves only once the server said OK. It goes out as the same bytes under the
// same request_id until then, so that the server takes it once, however often it is sent.
import { kKept, kOutbox, kPhotos, resultOf, transact } from "./database";

/** What an entry records. */
export type EntryKind = "distribution" | "correction" | "receipt" | "count" | "photo";

/** Where an entry stands. */
export type EntryState =
  /** On the phone; it can be taken back as long as it was never sent. */
  | "waiting"
  /** Under way: nobody knows yet whether the server has it. */
  | "sending"
  /** The server has it. */
  | "delivered"
  /** The server does not want it, and said why. */
  | "refused";

/** Why the server refused. */
export interface EntryRefusal {
  code: string;
  reason: string;
  message: string;
  metadata: Record<string, string>;
}

/** What is to be recorded. */
export interface Draft {
  kind: EntryKind;
  /** Whose record it is: the signed-in person's id. */
  personId: string;
  schoolId: string;
  /** What can happen only once: "distribution/<school>/<day>/<class>/<session>". */
  naturalKey: string;
  /** Path of the method. */
  path: string;
  /** The request without its request_id. */
  request: object;
  /** What a list shows of it: class name, shipment. */
  title: string;
  /** How many drank, packs that came, lots counted. */
  amount: number;
  /** Pictures (JPEG) that belong to it, sent once it is delivered, and the path for each. */
  photos?: { path: string; images: ArrayBuffer[] };
}

/** A record and what became of it. */
export interface Entry extends Omit<Draft, "request" | "photos"> {
  requestId: string;
  /** The request, word for word as it is sent each time; empty for a photo, kept beside it. */
  body: string;
  /** The request id of the record that must be delivered before this; of photos. */
  after?: string;
  /** Entries are sent in this order. */
  order: number;
  state: EntryState;
  /** When it was saved, by the phone's clock, milliseconds since 1970-01-01 UTC. */
  savedAt: number;
  /** How often it was sent. */
  attempts: number;
  /** Why it was not taken when it was sent last; empty before, and once it was. */
  trouble: string;
  refusal?: EntryRefusal;
  /** What the server answered. */
  answer?: string;
}

/** For so long a new entry waits to be taken back, in milliseconds. */
export const kUndoMs = 10_000;

/** A record has at most so many photos. */
export const kPhotosMax = 4;
/** Photos come after all records: one that fails must not hold them up. */
const kPhotoOrder = 1_000_000_000;

/** The name of the snapshot of a school among what is kept. */
export function snapshotName(schoolId: string): string {
  return `snapshot/${schoolId}`;
}

/** What of a snapshot an outbox looks at. */
export interface KnownRecords {
  /** Natural keys of what the server has. */
  recordedKeys: string[];
}

/**
 * Whether an entry still waits to be taken back. A clock that was set back does not hold it
 * for longer.
 */
export function isHeld(entry: Entry, now: number): boolean {
  if (entry.state !== "waiting" || entry.attempts > 0) return false;
  return entry.savedAt <= now && now < entry.savedAt + kUndoMs;
}

/**
 * Whether an entry may be sent now. A photo may once its record is delivered; one whose record
 * is gone from the outbox belongs to one that was delivered.
 */
export function isDue(entry: Entry, all: Entry[], now: number): boolean {
  if (entry.state !== "sending" && entry.state !== "waiting") return false;
  const record = all.find((each) => each.requestId === entry.after);
  if (record !== undefined && record.state !== "delivered") return false;
  return !isHeld(entry, now);
}

/** Milliseconds until no entry of `all` waits to be taken back any more; 0 if none does. */
export function heldFor(all: Entry[], now: number): number {
  const held = all.filter((entry) => isHeld(entry, now));
  return Math.max(0, ...held.map((entry) => entry.savedAt + kUndoMs - now));
}

/** What became of one sending. */
export type Outcome =
  | { kind: "delivered"; answer: string }
  | { kind: "refused"; refusal: EntryRefusal }
  | { kind: "unknown"; trouble: string };

/** The entries of one database. Tabs and the worker may each have one. */
export class Outbox {
  /**
   * @param now the phone's clock, milliseconds since 1970-01-01 UTC
   * @param newId makes request ids
   */
  constructor(
    private readonly db: IDBDatabase,
    private readonly now: () => number,
    private readonly newId: () => string,
  ) {}

  /** All entries, in the order in which they are sent. */
  entries(): Promise<Entry[]> {
    return transact(this.db, [kOutbox], "readonly", readAll);
  }

  /**
   * Saves a record. If the same thing is recorded already, here or as the server told, the
   * answer is `added: false` and nothing is saved. A refused one makes room for a new one.
   */
  add(draft: Draft): Promise<{ added: boolean; requestId: string }> {
    const stores = [kOutbox, kKept, kPhotos];
    return transact(this.db, stores, "readwrite", async (transaction) => {
      const all = await readAll(transaction);
      const same = all.filter((entry) => entry.naturalKey === draft.naturalKey);
      const standing = same.find((entry) => entry.state !== "refused");
      if (standing !== undefined) return { added: false, requestId: standing.requestId };
      const known = (await resultOf(
        transaction.objectStore(kKept).get(snapshotName(draft.schoolId)),
      )) as KnownRecords | undefined;
      if (known?.recordedKeys.includes(draft.naturalKey)) return { added: false, requestId: "" };
      const store = transaction.objectStore(kOutbox);
      for (const refused of same) removeWithPhotos(transaction, all, refused.requestId);
      const orders = all.filter((each) => each.kind !== "photo").map((each) => each.order);
      const entry = this.entryOf(draft, 1 + Math.max(0, ...orders));
      store.put(entry);
      this.addPhotos(transaction, draft, entry);
      return { added: true, requestId: entry.requestId };
    });
  }

  private addPhotos(transaction: IDBTransaction, draft: Draft, record: Entry): void {
    const { photos } = draft;
    photos?.images.forEach((image, i) => {
      const entry: Entry = {
        ...record,
        kind: "photo",
        requestId: this.newId(),
        naturalKey: `photo/${record.requestId}/${i}`,
        path: photos.path,
        body: "",
        after: record.requestId,
        order: kPhotoOrder + record.order * kPhotosMax + i,
        amount: image.byteLength,
      };
      transaction.objectStore(kOutbox).put(entry);
      transaction.objectStore(kPhotos).put(image, entry.requestId);
    });
  }

  private entryOf(draft: Draft, order: number): Entry {
    const { request, photos: _, ...rest } = draft;
    const requestId = this.newId();
    return {
      ...rest,
      requestId,
      body: JSON.stringify({ requestId, ...request }),
      order,
      state: "waiting",
      savedAt: this.now(),
      attempts: 0,
      trouble: "",
    };
  }

  /** Takes a record back. False if it was sent, for then the server may have it. */
  undo(requestId: string): Promise<boolean> {
    return this.remove(requestId, (entry) => entry.state === "waiting" && entry.attempts === 0);
  }

  /** Forgets a refused record; whoever saw why may record it anew. */
  dismiss(requestId: string): Promise<boolean> {
    return this.remove(requestId, (entry) => entry.state === "refused");
  }

  /**
   * The next entry to send for `personId` after order `after`, marked as under way; undefined
   * if none is due. What was under way when a tab was closed is due again. Only one caller at
   * a time.
   */
  takeNext(personId: string, after: number): Promise<Entry | undefined> {
    return transact(this.db, [kOutbox], "readwrite", async (transaction) => {
      const now = this.now();
      const all = await readAll(transaction);
      const due = all.find(
        (entry) => entry.order > after && entry.personId === personId && isDue(entry, all, now),
      );
      if (due === undefined) return undefined;
      const taken: Entry = { ...due, state: "sending", attempts: due.attempts + 1 };
      transaction.objectStore(kOutbox).put(taken);
      return taken;
    });
  }

  /** What is sent of an entry: its text, or the picture. */
  async content(entry: Entry): Promise<string | ArrayBuffer> {
    if (entry.kind !== "photo") return entry.body;
    return transact(this.db, [kPhotos], "readonly", (transaction) =>
      resultOf(transaction.objectStore(kPhotos).get(entry.requestId) as IDBRequest<ArrayBuffer>),
    );
  }

  /** Keeps what became of a sending. */
  async settle(requestId: string, outcome: Outcome): Promise<void> {
    await this.change(requestId, (entry, store) => {
      store.put(settled(entry, outcome));
      return true;
    });
  }

  /** Forgets those of `requestIds` that were delivered: the server tells them by itself now. */
  forgetDelivered(requestIds: string[]): Promise<void> {
    return transact(this.db, [kOutbox, kPhotos], "readwrite", async (transaction) => {
      for (const entry of await readAll(transaction)) {
        if (entry.state === "delivered" && requestIds.includes(entry.requestId)) {
          removeWithPhotos(transaction, [], entry.requestId);
        }
      }
    });
  }

  /** Removes an entry, and its photos, if it `may` go. */
  private remove(requestId: string, may: (entry: Entry) => boolean): Promise<boolean> {
    return transact(this.db, [kOutbox, kPhotos], "readwrite", async (transaction) => {
      const all = await readAll(transaction);
      const entry = all.find((each) => each.requestId === requestId);
      if (entry === undefined || !may(entry)) return false;
      removeWithPhotos(transaction, all, requestId);
      return true;
    });
  }

  private change(
    requestId: string,
    body: (entry: Entry, store: IDBObjectStore) => boolean,
  ): Promise<boolean> {
    return transact(this.db, [kOutbox], "readwrite", async (transaction) => {
      const store = transaction.objectStore(kOutbox);
      const entry = (await resultOf(store.get(requestId))) as Entry | undefined;
      return entry !== undefined && body(entry, store);
    });
  }
}

/** Removes an entry and those of `all` that come after it. */
function removeWithPhotos(transaction: IDBTransaction, all: Entry[], requestId: string): void {
  const photos = all.filter((entry) => entry.after === requestId);
  for (const id of [requestId, ...photos.map((entry) => entry.requestId)]) {
    transaction.objectStore(kOutbox).delete(id);
    transaction.objectStore(kPhotos).delete(id);
  }
}

async function readAll(transaction: IDBTransaction): Promise<Entry[]> {
  const all = (await resultOf(transaction.objectStore(kOutbox).getAll())) as Entry[];
  return all.sort((a, b) => a.order - b.order);
}

function settled(entry: Entry, outcome: Outcome): Entry {
  if (outcome.kind === "delivered") {
    return { ...entry, state: "delivered", trouble: "", answer: outcome.answer };
  }
  if (outcome.kind === "refused") {
    return { ...entry, state: "refused", trouble: "", refusal: outcome.refusal };
  }
  return { ...entry, state: "waiting", trouble: outcome.trouble };
}
