// The service worker of a school's phone: the page opens without a network, and what waits
// is sent when there is one, even if the page is closed.
import { CallError, send } from "../connect/call";
import { uuid7 } from "../format/uuid";
import { kept, kPerson, openDatabase } from "../school/database";
import { heldFor, Outbox } from "../school/outbox";
import { type Post, sendAll, sharedLock } from "../school/sender";
import type { SignedIn } from "../session/session";

/** The files of this build that a phone keeps; put in by the build. */
declare const KEPT_FILES: string[];
declare const self: ServiceWorkerGlobalScope;

interface SyncEvent extends ExtendableEvent {
  tag: string;
}

const kShell = "/";
/** One cache for one build: the names of its files have their hashes. */
const kCache = `milkway-${KEPT_FILES.join(",")}`;
/** A network that is slower than this to begin an answer is no network, in milliseconds. */
const kSlowMs = 4_000;

async function install(): Promise<void> {
  const cache = await caches.open(kCache);
  await cache.addAll([kShell, "/manifest.webmanifest", "/icon.svg", ...KEPT_FILES]);
  await self.skipWaiting();
}

async function activate(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== kCache).map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** The page itself: from the network if it answers soon, else as it was kept. */
async function shell(request: Request): Promise<Response> {
  const stored = await caches.match(kShell);
  if (stored === undefined) return fetch(request);
  const slow = new Promise<Response>((resolve) => setTimeout(() => resolve(stored), kSlowMs));
  const fresh = fetch(request).then(
    (answer) => (answer.ok ? answer : stored),
    () => stored,
  );
  return Promise.race([fresh, slow]);
}

/** A file whose name has its hash never changes: kept once, it is not asked for again. */
async function asset(request: Request): Promise<Response> {
  const stored = await caches.match(request);
  return stored ?? fetch(request);
}

async function sendOutbox(): Promise<void> {
  const db = await openDatabase();
  const person = await kept<SignedIn>(db, kPerson);
  if (person === undefined) return;
  const outbox = new Outbox(db, Date.now, () => uuid7(Date.now()));
  const tabs = new BroadcastChannel("milkway");
  const post: Post = (path, body) => send("POST", path, body);
  // The page may be closed before what it saved can go out.
  const held = heldFor(await outbox.entries(), Date.now());
  if (held > 0) await new Promise((resolve) => setTimeout(resolve, held));
  const end = await sendAll(outbox, person.personId, post, sharedLock, () =>
    tabs.postMessage("changed"),
  );
  tabs.close();
  db.close();
  // Failing asks the browser to wake the worker once more.
  if (end === "no-answer") throw new CallError("unavailable", "no answer", "", {}, [], false);
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (pathname === kShell) event.respondWith(shell(request));
  else if (pathname.startsWith("/assets/") || pathname === "/icon.svg") {
    event.respondWith(asset(request));
  }
});
self.addEventListener("sync", (event) => {
  if ((event as SyncEvent).tag === "milkway-outbox") (event as SyncEvent).waitUntil(sendOutbox());
});
