// What a phone keeps: the outbox, and what was read last. One IndexedDB database.

const kName = "milkway";
const kVersion = 2;

/** Entries to be sent, by request_id. */
export const kOutbox = "outbox";
/** Pictures to be sent, as JPEG, by the request_id of their entries. */
export const kPhotos = "photos";
/** Single values by name: snapshots of schools, who is signed in, the clock. */
export const kKept = "kept";
/** Among them: who is signed in. */
export const kPerson = "person";

/** Makes the stores that a database of an earlier version lacks. */
function makeStores(db: IDBDatabase, from: number): void {
  if (from < 1) {
    db.createObjectStore(kOutbox, { keyPath: "requestId" });
    db.createObjectStore(kKept);
  }
  if (from < 2) db.createObjectStore(kPhotos);
}

/** Opens the database, and makes it where there is none. */
export function openDatabase(factory: IDBFactory = indexedDB): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory.open(kName, kVersion);
    request.onupgradeneeded = (event) => makeStores(request.result, event.oldVersion);
    request.onsuccess = () => {
      // Another tab with a newer page must not wait for this one.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
}

/** The result of one request. */
export function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * Runs `body` in one transaction and resolves with its value once that is on disk. `body`
 * waits for requests of this transaction only.
 */
export function transact<T>(
  db: IDBDatabase,
  stores: string[],
  mode: IDBTransactionMode,
  body: (transaction: IDBTransaction) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(stores, mode);
    let value: T;
    transaction.oncomplete = () => resolve(value);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error ?? new Error("not stored"));
    body(transaction).then(
      (result) => {
        value = result;
      },
      (error) => {
        try {
          transaction.abort();
        } catch {
          // It is over already.
        }
        reject(error);
      },
    );
  });
}

/** The value kept under `name`; undefined if there is none. */
export function kept<T>(db: IDBDatabase, name: string): Promise<T | undefined> {
  return transact(db, [kKept], "readonly", (transaction) =>
    resultOf(transaction.objectStore(kKept).get(name) as IDBRequest<T | undefined>),
  );
}

/** Keeps `value` under `name`. */
export function keep(db: IDBDatabase, name: string, value: unknown): Promise<void> {
  return transact(db, [kKept], "readwrite", async (transaction) => {
    transaction.objectStore(kKept).put(value, name);
  });
}

/** Keeps what was read for a person, if that one is still signed in. */
export function keepFor(
  db: IDBDatabase,
  personId: string,
  name: string,
  value: unknown,
): Promise<void> {
  return transact(db, [kKept], "readwrite", async (transaction) => {
    const store = transaction.objectStore(kKept);
    const person = (await resultOf(store.get(kPerson))) as { personId: string } | undefined;
    if (person?.personId === personId) store.put(value, name);
  });
}

/** Forgets all that was read; what is not sent yet stays. */
export function forgetKept(db: IDBDatabase): Promise<void> {
  return transact(db, [kKept], "readwrite", async (transaction) => {
    transaction.objectStore(kKept).clear();
  });
}
