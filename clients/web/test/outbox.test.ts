import { IDBFactory } from "fake-indexeddb";
import { beforeEach, describe, expect, it } from "vitest";
import { CallError, errorOfAnswer } from "../src/connect/call";
import { keep, openDatabase } from "../src/school/database";
import { type Draft, kUndoMs, Outbox, snapshotName } from "../src/school/outbox";
import { type Lock, outcomeOf, sendAll } from "../src/school/sender";

const kDraft: Draft = {
  kind: "distribution",
  personId: "teacher",
  schoolId: "changyuan",
  naturalKey: "distribution/changyuan/2026-11-27/1A/daily",
  path: "/milkway.consumption.v1.DistributionService/RecordDistribution",
  request: { distribution: { schoolId: "changyuan", servedOn: "2026-11-27", className: "1A" } },
  title: "1A",
  amount: 10,
};

const noAnswer = () => new CallError("unavailable", "no answer", "", {}, [], false);

/** A server as the real one is: each request id once, and each natural key once. */
class Ledger {
  readonly records = new Map<string, string>();
  readonly keys = new Map<string, string>();
  /** What happens to the next answers. */
  faults: ("lost" | "unreached" | "503" | "401" | "ended")[] = [];

  /** Pictures by path, in the order in which they came. */
  readonly photos: { path: string; bytes: number; records: number }[] = [];

  post = async (path: string, body: string | ArrayBuffer): Promise<string> => {
    const fault = this.faults.shift();
    if (fault === "unreached") throw noAnswer();
    if (fault === "503") throw errorOfAnswer(503, "<html>");
    if (fault === "ended") {
      throw new CallError("unauthenticated", "over", "SESSION_ENDED", {}, [], true);
    }
    if (fault === "401") throw errorOfAnswer(401, '{"code":"unauthenticated","message":"x"}');
    const answer = typeof body === "string" ? this.take(body) : this.takePhoto(path, body);
    if (fault === "lost") throw noAnswer();
    return answer;
  };

  private takePhoto(path: string, image: ArrayBuffer): string {
    this.photos.push({ path, bytes: image.byteLength, records: this.records.size });
    return '{"hash":"00"}';
  }

  private take(body: string): string {
    const request = JSON.parse(body);
    const stored = this.records.get(request.requestId);
    if (stored !== undefined) {
      if (stored !== body) throw new Error("another body under the same request id");
      return '{"distributionId":"1"}';
    }
    const key = JSON.stringify(request.distribution);
    if (this.keys.has(key)) {
      throw new CallError("already_exists", "recorded", "DISTRIBUTION_RECORDED", {}, [], true);
    }
    this.keys.set(key, request.requestId);
    this.records.set(request.requestId, body);
    return '{"distributionId":"1"}';
  }
}

let factory: IDBFactory;
let now: number;
let nextId: number;
let server: Ledger;

async function phone(): Promise<Outbox> {
  const id = () => `00000000-0000-7000-8000-${String(++nextId).padStart(12, "0")}`;
  return new Outbox(await openDatabase(factory), () => now, id);
}

let queue: Promise<unknown> = Promise.resolve();
const lock: Lock = (body) => {
  const run = queue.then(body, body);
  queue = run.catch(() => undefined);
  return run;
};
const send = (outbox: Outbox) => sendAll(outbox, "teacher", server.post, lock, () => undefined);

beforeEach(() => {
  factory = new IDBFactory();
  now = 1_790_000_000_000;
  nextId = 0;
  server = new Ledger();
});

describe("an outbox", () => {
  it("keeps a record over a reload and sends it when there is a network", async () => {
    await (await phone()).add(kDraft);
    now += kUndoMs;
    server.faults = ["unreached"];
    expect(await send(await phone())).toBe("no-answer");
    const reloaded = await phone();
    expect((await reloaded.entries()).map((entry) => entry.state)).toEqual(["waiting"]);

    expect(await send(reloaded)).toBe("done");

    expect((await reloaded.entries()).map((entry) => entry.state)).toEqual(["delivered"]);
    expect(server.records.size).toBe(1);
  });

  it("does not send what can still be taken back", async () => {
    const outbox = await phone();
    const { requestId } = await outbox.add(kDraft);
    expect(await send(outbox)).toBe("done");
    expect(server.records.size).toBe(0);

    expect(await outbox.undo(requestId)).toBe(true);
    now += kUndoMs;
    await send(outbox);

    expect(server.records.size).toBe(0);
    expect(await outbox.entries()).toEqual([]);
  });

  it("takes nothing back that was sent, even if no answer came", async () => {
    const outbox = await phone();
    const { requestId } = await outbox.add(kDraft);
    now += kUndoMs;
    server.faults = ["lost"];
    expect(await send(outbox)).toBe("no-answer");

    expect(await outbox.undo(requestId)).toBe(false);
  });

  it("records again after taking back, under another request id", async () => {
    const outbox = await phone();
    const first = await outbox.add(kDraft);
    await outbox.undo(first.requestId);
    const second = await outbox.add({ ...kDraft, amount: 9 });
    now += kUndoMs;
    await send(outbox);

    expect(second).toEqual({ added: true, requestId: expect.not.stringMatching(first.requestId) });
    expect([...server.records.keys()]).toEqual([second.requestId]);
  });

  it("sends the same bytes after a lost answer, and the server takes them once", async () => {
    const outbox = await phone();
    await outbox.add(kDraft);
    now += kUndoMs;
    server.faults = ["lost", "503", "lost"];
    for (let i = 0; i < 3; i++) expect(await send(outbox)).toBe("no-answer");
    expect(await send(outbox)).toBe("done");

    expect(server.records.size).toBe(1);
    expect((await outbox.entries())[0]).toMatchObject({ state: "delivered", attempts: 4 });
  });

  it("sends again what was under way when its tab was closed", async () => {
    const outbox = await phone();
    await outbox.add(kDraft);
    now += kUndoMs;
    await outbox.takeNext("teacher", 0);

    await send(await phone());

    expect(server.records.size).toBe(1);
    expect((await outbox.entries())[0]?.state).toBe("delivered");
  });

  it("records once from two tabs and from a double tap", async () => {
    const tabs = [await phone(), await phone()];
    const added = await Promise.all(
      [tabs[0], tabs[1], tabs[0]].map((tab) => tab?.add(kDraft).then((answer) => answer.added)),
    );
    now += kUndoMs;
    await Promise.all(tabs.map(send));

    expect(added.filter(Boolean)).toHaveLength(1);
    expect(server.records.size).toBe(1);
  });

  it("tells of a class that another phone recorded", async () => {
    const [mine, theirs] = [
      await phone(),
      new Outbox(
        await openDatabase(new IDBFactory()),
        () => now,
        () => "b",
      ),
    ];
    await mine.add(kDraft);
    await theirs.add(kDraft);
    now += kUndoMs;
    await send(theirs);
    await send(mine);

    expect(server.records.size).toBe(1);
    expect((await mine.entries())[0]).toMatchObject({
      state: "refused",
      refusal: { reason: "DISTRIBUTION_RECORDED" },
    });
  });

  it("does not record what the server has told it has", async () => {
    const db = await openDatabase(factory);
    await keep(db, snapshotName("changyuan"), { recordedKeys: [kDraft.naturalKey] });

    expect(await (await phone()).add(kDraft)).toEqual({ added: false, requestId: "" });
  });

  it("holds nothing for longer when the clock is set back or forward", async () => {
    for (const jump of [-86_400_000, 86_400_000]) {
      factory = new IDBFactory();
      server = new Ledger();
      const outbox = await phone();
      await outbox.add(kDraft);
      now += jump;
      await send(outbox);
      expect(server.records.size).toBe(1);
    }
  });

  it("keeps what it has when nobody is signed in any more", async () => {
    const outbox = await phone();
    await outbox.add(kDraft);
    now += kUndoMs;
    server.faults = ["401"];
    expect(await send(outbox)).toBe("sign-in");
    expect((await outbox.entries())[0]?.state).toBe("waiting");

    expect(await send(outbox)).toBe("done");
    expect(server.records.size).toBe(1);
  });

  it("sends nothing in the name of somebody else", async () => {
    const outbox = await phone();
    await outbox.add({ ...kDraft, personId: "another" });
    now += kUndoMs;
    await send(outbox);

    expect(server.records.size).toBe(0);
  });

  it("forgets a delivered record once the server tells it by itself, and no other", async () => {
    const outbox = await phone();
    const { requestId } = await outbox.add(kDraft);
    await outbox.forgetDelivered([requestId]);
    expect(await outbox.entries()).toHaveLength(1);
    now += kUndoMs;
    await send(outbox);
    await outbox.forgetDelivered([requestId]);
    expect(await outbox.entries()).toEqual([]);
  });

  const withPhotos: Draft = {
    ...kDraft,
    kind: "receipt",
    photos: { path: "/photos?receipt=r", images: [new ArrayBuffer(10), new ArrayBuffer(20)] },
  };

  it("sends photos after their record, and last of all", async () => {
    const outbox = await phone();
    await outbox.add(withPhotos);
    await outbox.add({ ...kDraft, naturalKey: "another", request: { distribution: {} } });
    now += kUndoMs;
    await send(outbox);

    expect(server.photos).toEqual([
      { path: "/photos?receipt=r", bytes: 10, records: 2 },
      { path: "/photos?receipt=r", bytes: 20, records: 2 },
    ]);
  });

  it("sends no photo of a record that did not arrive", async () => {
    const outbox = await phone();
    await outbox.add(withPhotos);
    now += kUndoMs;
    server.faults = ["lost"];
    await send(outbox);
    expect(server.photos).toEqual([]);

    server.faults = [];
    await send(outbox);
    expect(server.photos).toHaveLength(2);
  });

  it("takes photos back with their record", async () => {
    const outbox = await phone();
    const { requestId } = await outbox.add(withPhotos);
    expect(await outbox.entries()).toHaveLength(3);
    await outbox.undo(requestId);

    expect(await outbox.entries()).toEqual([]);
  });

  it("keeps what is not sent when the server says that the session is over", async () => {
    const outbox = await phone();
    await outbox.add(kDraft);
    now += kUndoMs;
    server.faults = ["ended"];
    expect(await send(outbox)).toBe("ended");

    expect((await outbox.entries())[0]?.state).toBe("waiting");
  });

  it("ends in one record each under 200 random interleavings", async () => {
    for (let seed = 1; seed <= 200; seed++) await interleave(seed);
  });
});

/** A small generator of random numbers (mulberry32); a failing seed can be tried again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

async function interleave(seed: number): Promise<void> {
  factory = new IDBFactory();
  server = new Ledger();
  const next = random(seed);
  const pick = <T>(of: T[]): T => of[Math.floor(next() * of.length)] as T;
  const tabs = [await phone(), await phone()];
  const classes = ["1A", "2A", "3A"];
  const draftOf = (name: string): Draft => ({
    ...kDraft,
    naturalKey: `distribution/changyuan/2026-11-27/${name}/daily`,
    request: { distribution: { className: name } },
    title: name,
  });
  for (let step = 0; step < 25; step++) {
    const tab = pick(tabs);
    const what = next();
    if (what < 0.35) await tab.add(draftOf(pick(classes)));
    else if (what < 0.5) {
      const entry = pick(await tab.entries());
      if (entry !== undefined) await tab.undo(entry.requestId);
    } else if (what < 0.6) tabs[0] = await phone();
    else if (what < 0.7) await tab.takeNext("teacher", 0);
    else if (what < 0.8) now += pick([kUndoMs, -kUndoMs, 86_400_000, -86_400_000]);
    else {
      server.faults = [pick(["lost", "unreached", "503"]), pick(["lost", "unreached", "503"])];
      await send(tab);
    }
  }
  server.faults = [];
  for (const name of classes) await tabs[0]?.add(draftOf(name));
  // Twice: a clock that was set back may come into the time for taking back once more.
  for (let i = 0; i < 2; i++) {
    now += kUndoMs;
    await Promise.all(tabs.map(send));
  }
  expect(server.records.size, `seed ${seed}`).toBe(classes.length);
  const states = (await tabs[0]?.entries())?.map((entry) => entry.state);
  expect(states, `seed ${seed}`).toEqual(["delivered", "delivered", "delivered"]);
}

describe("an answer", () => {
  it("is final only where the server itself refused", () => {
    const refused = errorOfAnswer(
      409,
      '{"code":"already_exists","message":"m","details":[{"type":"google.rpc.ErrorInfo","debug":{"reason":"DISTRIBUTION_RECORDED","metadata":{"distribution_id":"7"}}}]}',
    );
    expect(outcomeOf(refused)).toMatchObject({
      kind: "refused",
      refusal: { reason: "DISTRIBUTION_RECORDED", metadata: { distribution_id: "7" } },
    });
    for (const status of [403, 404, 413, 500, 502]) {
      expect(outcomeOf(errorOfAnswer(status, "<html>")).kind).toBe("unknown");
    }
  });
});
