// Random interleavings of what people, phones, networks and the server do, on two phones of
// one school. Each run has three classes and a day to itself: one class is recorded by the
// first phone only, one by the second, one by both. In the end each class has one record with
// what the phones show, and the store went down by exactly that.
import { Phone, until } from "./phone.mjs";
import { dayBefore } from "./system.mjs";

const kSchool = "drill";
const kPupils = 3;
/** Days that the page can record, today among them. */
const kDays = 8;
const kSteps = 12;
const kServingG = 25;
const kStockG = 900_000;
/** The page reads the school again after this time. */
const kReadAgainMs = 310_000;
/** A school is read within this time. */
const kReadMs = 500;
const kFaults = ["lost", "lost", "unreached", "503", "late-503", "slow"];

/** A small generator of random numbers (mulberry32); a failing seed can be tried again. */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const classOf = (group, letter) => `g${group + 1}${letter}`;

/** A school with three classes for each group of runs, and milk for all of them. */
function makeSchool(system, groups) {
  const students = ["school_id,student_number,class,birth_month,sex,enrolled_on,left_on,exclusion"];
  for (let group = 0; group < groups; group++) {
    for (const letter of "abc") {
      for (let i = 0; i < kPupils; i++) {
        const name = classOf(group, letter);
        students.push(`${kSchool},${students.length},${name},2019-01,f,2025-09-01,,`);
      }
    }
  }
  system.importTables(kSchool, {
    locations: [
      "location_id,kind,name_en,name_zh,country,time_zone,latitude,longitude",
      `${kSchool},school,Drill School,演练小学,CN,Asia/Shanghai,,`,
    ],
    students,
    counts: [
      "count_id,location_id,counted_at,product_id,lot_number,counted_g,after_serving,note",
      `drill-1,${kSchool},2026-09-01T07:30:00+08:00,devondale-instant-1kg,SAMPLE-26C,${kStockG},no,`,
    ],
  });
}

/** One run: `classes` by who may record them. */
class Run {
  constructor({ phones, classes, next, mayKill }) {
    this.phones = phones;
    this.classes = classes;
    this.next = next;
    this.mayKill = mayKill;
    this.steps = [];
  }

  pick(of) {
    return of[Math.floor(this.next() * of.length)];
  }

  places() {
    return [0, 1, 2].filter(() => this.next() < 0.4).slice(0, kPupils - 1);
  }

  async step() {
    const which = Math.floor(this.next() * this.phones.length);
    const phone = this.phones[which];
    const tab = this.pick(phone.tabs);
    const name = this.pick([this.classes.own[which], this.classes.shared]);
    const what = this.next();
    const note = (text) => this.steps.push(`${phone.name} ${text}`);
    if (what < 0.2) note(`all ${name} ${await phone.recordAll(name, tab)}`);
    else if (what < 0.32) note(`some ${name} ${await phone.recordSome(name, this.places(), tab)}`);
    else if (what < 0.4) note(`undo ${name} ${await phone.press(name, ["撤销", "撤回"], tab)}`);
    else if (what < 0.5) note(`change ${name} ${await phone.change(name, this.places(), tab)}`);
    else if (what < 0.68) {
      note("later");
      await phone.later();
    } else if (what < 0.86) {
      const fault = this.mayKill && this.next() < 0.5 ? "kill" : this.pick(kFaults);
      note(fault);
      phone.network.faults.push(fault);
    } else if (what < 0.9) {
      phone.network.down = !phone.network.down;
      note(phone.network.down ? "no network" : "network");
    } else await this.changeTabs(phone, note);
  }

  /** Reloads, opens another tab, or closes one in the middle of what it does. */
  async changeTabs(phone, note) {
    if (phone.tabs.length === 2) {
      note("close a tab");
      await phone.closeTab(this.next() < 0.5 ? 0 : 1);
    } else if (this.next() < 0.4) {
      note("a second tab");
      await phone.openTab();
    } else {
      note("reload");
      await phone.reload();
    }
  }
}

/** How a class stands on a phone: "open", "moving", "told" of the other phone, or a count. */
async function standing(phone, name) {
  const text = await phone.text(name);
  if (text.includes("人全到")) return "open";
  if (text.includes("别的手机") || text.includes("刚被别人改过")) return "told";
  if (text.includes("没有收下")) return "refused";
  const count = /已记 (\d+) 人/.exec(text);
  return count && text.includes("已送到") ? Number(count[1]) : "moving";
}

/** Waits until a class is delivered on a phone; records it if nobody did. */
async function deliver(phone, name, classes, problems) {
  const mayBeTold = name === classes.shared;
  const rest = async () => {
    await phone.later();
    const now = await standing(phone, name);
    if (now === "open") await phone.recordAll(name);
    if (now === "refused") problems.push(`${name} was refused: ${await phone.text(name)}`);
    if (now === "told" && !mayBeTold) {
      problems.push(`${phone.name} was told that another phone recorded ${name}`);
    }
    if (now === "refused" || now === "told") await phone.press(name, ["知道了"]);
    return typeof now === "number";
  };
  await until(`${phone.name}: ${name} is delivered`, rest, 30_000);
}

/** Lets everything come to rest, with each class recorded; problems that were seen. */
async function settle({ phones, classes }) {
  const problems = [];
  await Promise.all(
    phones.map(async (phone, which) => {
      phone.network.faults = [];
      phone.network.down = false;
      while (phone.tabs.length > 1) await phone.closeTab(1);
      await deliver(phone, classes.own[which], classes, problems);
      await deliver(phone, classes.shared, classes, problems);
    }),
  );
  return problems;
}

/** How many children drank in each class of a run, by the books. */
async function booksOf({ classes }, system, day, problems) {
  const answer = await system.ask("consumption.v1.DistributionService/ListDistributions", {
    schoolId: kSchool,
    fromDay: day,
    toDay: day,
    pageSize: 1000,
  });
  const drank = new Map();
  for (const name of [...classes.own, classes.shared]) {
    const records = (answer.distributions ?? []).filter(
      (each) => each.distribution.className === name && each.distribution.lines?.length > 0,
    );
    if (records.length !== 1) problems.push(`${name} has ${records.length} records`);
    const lines = records[0]?.distribution.lines ?? [];
    drank.set(name, lines.flatMap((line) => line.studentNumbers ?? []).length);
  }
  return drank;
}

/** Waits until both phones show what the books say. */
async function compare(run, system, day, problems) {
  let differs = "";
  const same = async () => {
    const found = [];
    const books = await booksOf(run, system, day, found);
    for (const phone of run.phones) {
      for (const [name, count] of books) {
        const shown = await standing(phone, name);
        if (shown !== count) found.push(`${name}: ${phone.name} shows ${shown}, books ${count}`);
      }
    }
    differs = found.join("; ");
    // A phone learns what the other one recorded when it reads the school again.
    if (found.length === 0) return true;
    for (const phone of run.phones) await phone.later(kReadAgainMs);
    // Time to read, or the page gives up waiting when the clock goes on.
    await new Promise((resolve) => setTimeout(resolve, kReadMs));
    return false;
  };
  await until("the phones show what the books say", same, 20_000).catch(() =>
    problems.push(differs),
  );
}

/** Grams that the school served by its records, and that left its store. */
async function grams(system) {
  const served = await system.ask("consumption.v1.DistributionService/ListDistributions", {
    schoolId: kSchool,
    pageSize: 1000,
  });
  const cups = (served.distributions ?? []).flatMap((each) =>
    (each.distribution.lines ?? []).flatMap((line) => line.studentNumbers ?? []),
  );
  const sheet = await system.ask("inventory.v1.StockService/GetCountSheet", {
    locationId: kSchool,
    withExpected: true,
  });
  const left = sheet.lines.reduce((sum, line) => sum + Number(line.expectedG ?? 0), 0);
  return { served: cups.length * kServingG, left: kStockG - left };
}

/** Runs them; what is wrong goes to `problems`, with the seed of the run. */
export async function interleavings({ system, browser, runs, seed, problems }) {
  makeSchool(system, Math.ceil(runs / kDays));
  const make = (name, offMs) =>
    Phone.make({ name, browser, system, invite: system.invite(name, kSchool), problems, offMs });
  // One clock is two hours ahead, one five hours behind.
  const phones = [await make("a", 7_200_000), await make("b", -18_000_000)];
  const started = Date.now();
  console.log(`${runs} interleavings, --seed ${seed}`);
  let records = 0;
  for (let i = 0; i < runs; i++) {
    const group = Math.floor(i / kDays);
    const back = i % kDays;
    const classes = {
      own: [classOf(group, "a"), classOf(group, "b")],
      shared: classOf(group, "c"),
    };
    const run = new Run({ phones, classes, next: random(seed + i), mayKill: i % 10 === 9 });
    const found = [];
    try {
      for (const phone of phones) {
        phone.back = back;
        await phone.showDay(phone.tabs[0]);
      }
      for (let step = 0; step < kSteps; step++) await run.step();
      found.push(...(await settle(run)));
      await compare(run, system, dayBefore(back), found);
    } catch (error) {
      found.push(error.message);
    }
    const { served, left } = await grams(system);
    if (served !== left) found.push(`${served} g served, but ${left} g left the store`);
    for (const each of found) problems.push(`seed ${seed + i}, run ${i}: ${each}`);
    if (found.length > 0) {
      console.log(`run ${i} (seed ${seed + i}):\n  ${run.steps.join("\n  ")}`);
      if (problems.length > 5) break;
    }
    records += 3;
  }
  const sent = phones.reduce((sum, phone) => sum + phone.network.sent.length, 0);
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(`${records} records, sent ${sent} times, in ${seconds} s`);
  for (const phone of phones) await phone.close();
}
