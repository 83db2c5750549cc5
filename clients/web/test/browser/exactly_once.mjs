// Each record once in the books, whatever happens to the network, the tabs, the phones and
// the server. The real page before a real server that this starts and kills.
//   node test/browser/exactly_once.mjs BIN_FOLDER [--runs N] [--seed S]
import { interleavings } from "./interleavings.mjs";
import { end, person, startBrowser } from "./page.mjs";
import { choosePin, Phone, until } from "./phone.mjs";
import { dayBefore, Network, System } from "./system.mjs";

const option = (name, otherwise) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const bin = process.argv[2];
const runs = option("--runs", 200);
const seed = option("--seed", Math.floor(Math.random() * 1_000_000));
const kSchool = "changyuan";

const problems = [];
const started = Date.now();
const system = await new System(bin).start();
system.importDemo();
const browser = await startBrowser();
const phone = await Phone.make({
  name: "phone",
  browser,
  system,
  invite: system.invite("li", kSchool),
  problems,
});

/** Records of a class on a day, by the books. */
async function records(className, day = dayBefore(0)) {
  const answer = await system.ask("consumption.v1.DistributionService/ListDistributions", {
    schoolId: kSchool,
    fromDay: day,
    toDay: day,
    className,
  });
  return (answer.distributions ?? []).filter((each) => each.distribution.lines?.length > 0);
}

async function usableG() {
  const sheet = await system.ask("inventory.v1.StockService/GetCountSheet", {
    locationId: kSchool,
    withExpected: true,
  });
  return (sheet.lines ?? []).reduce((sum, line) => sum + Number(line.expectedG ?? 0), 0);
}

function expect(what, found, wanted) {
  if (found !== wanted) problems.push(`${what}: ${found} in place of ${wanted}`);
}

/** The class is recorded once, with so many children; the store went down by as much. */
async function once(className, { children, before, revisions = 1, day = dayBefore(0) }) {
  const all = await records(className, day);
  expect(`records of ${className}`, all.length, 1);
  if (all.length !== 1) return;
  const [record] = all;
  const drank = record.distribution.lines.reduce(
    (sum, line) => sum + (line.studentNumbers?.length ?? 0),
    0,
  );
  expect(`children of ${className}`, drank, children);
  expect(`versions of ${className}`, record.revisions.length, revisions);
  const [line] = record.distribution.lines;
  expect(`grams of ${className}`, before - (await usableG()), children * Number(line.servingG));
}

const size = async (className) =>
  Number(/(\d+) 人全到/.exec(await phone.text(className))?.[1] ?? Number.NaN);

async function offlineReloadUndoAgain() {
  const [before, all] = [await usableG(), await size("1A")];
  await phone.context.setOffline(true);
  phone.network.down = true;
  await phone.reload();
  await phone.recordAll("1A");
  await until("it is saved", async () => (await phone.text("1A")).includes("已存在手机上"));
  await phone.press("1A", ["撤销"]);
  await until("it is taken back", async () => (await phone.text("1A")).includes("人全到"));
  await phone.recordSome("1A", [0, 3]);
  await phone.reload();
  await phone.later();
  expect("records while there is no network", (await records("1A")).length, 0);
  await phone.context.setOffline(false);
  phone.network.down = false;
  await phone.allSent();
  await once("1A", { children: all - 2, before });
}

/** The same class from two taps and from two tabs in the same moment. */
async function twoTabs() {
  const [before, all] = [await usableG(), await size("2A")];
  const second = await phone.openTab();
  await Promise.all([
    phone.recordAll("2A"),
    phone.recordAll("2A"),
    phone.recordAll("2A", second),
    phone.recordAll("2A", second),
  ]);
  await phone.allSent();
  await phone.closeTab(1);
  await once("2A", { children: all, before });
}

async function answersAreLost() {
  const [before, all] = [await usableG(), await size("3A")];
  phone.network.faults = ["lost", "503", "late-503", "unreached", "lost"];
  await phone.recordAll("3A");
  await phone.allSent();
  expect("answers that were lost", phone.network.faults.length, 0);
  await once("3A", { children: all, before });
}

/** The tab is closed while the answer is under way. */
async function tabIsClosed() {
  const [before, all] = [await usableG(), await size("4A")];
  await phone.openTab();
  phone.network.faults = ["hold"];
  await phone.recordAll("4A");
  await phone.later();
  await until("it is under way", () => phone.network.held.length > 0);
  await phone.closeTab(0);
  phone.network.release();
  await phone.closeTab(0);
  await phone.openTab();
  await phone.allSent();
  await once("4A", { children: all, before });
}

async function serverIsKilled() {
  const [before, all] = [await usableG(), await size("5A")];
  phone.network.faults = ["kill", "lost"];
  await phone.recordAll("5A");
  await phone.allSent();
  await once("5A", { children: all, before });
}

/** Two phones of two contacts; the second one's clock is three days behind. */
async function twoPhonesAndAWrongClock() {
  const [before, all] = [await usableG(), await size("6A")];
  const other = await Phone.make({
    name: "other phone",
    browser,
    system,
    invite: system.invite("wang", kSchool),
    problems,
    offMs: -3 * 86_400_000,
  });
  other.network.faults = ["lost"];
  await Promise.all([phone.recordAll("6A"), other.recordSome("6A", [1])]);
  await phone.later();
  await phone.allSent();
  await other.allSent();
  const [text, otherText] = [await phone.text("6A"), await other.text("6A")];
  const mine = !text.includes("别的手机");
  expect(
    "phones that were told of the other one",
    [text, otherText].filter((each) => each.includes("别的手机")).length,
    1,
  );
  await once("6A", { children: mine ? all : all - 1, before });
  await (mine ? other : phone).press("6A", ["知道了"]);
  await other.close();
}

async function correctionOfYesterday() {
  phone.back = 1;
  await phone.showDay(phone.tabs[0]);
  const [before, all] = [await usableG(), await size("1A")];
  await phone.recordAll("1A");
  await phone.allSent();
  await until("it can be changed", async () => (await phone.text("1A")).includes("更改"));
  phone.network.faults = ["lost", "kill", "late-503"];
  await phone.change("1A", [2]);
  await phone.allSent();
  await once("1A", { children: all - 1, before, revisions: 2, day: dayBefore(1) });
  phone.back = 0;
}

async function shortReceipt() {
  const tab = phone.tabs[0];
  const before = await usableG();
  phone.network.faults = ["lost", "kill", "503"];
  await tab.getByRole("button", { name: "到货" }).click();
  await tab.getByRole("button", { name: "有缺少或破损" }).click();
  await tab.getByRole("button", { name: "缺少 加一袋" }).click();
  await tab.getByRole("button", { name: "记录收货" }).dblclick();
  await phone.allSent();
  const shipments = await system.ask("shipments.v1.ShipmentService/GetShipment", {
    shipmentId: "shipment-3",
  });
  const short = shipments.receipts.filter((each) =>
    each.receipt.lines.some((line) => Number(line.missingPacks ?? 0) === 1),
  );
  expect("short receipts", short.length, 1);
  const good = Number(short[0]?.receipt.lines[0].receivedPacks ?? 0);
  expect("grams that came", (await usableG()) - before, good * 1000);
}

async function count() {
  const tab = phone.tabs[0];
  phone.network.faults = ["lost", "kill", "lost"];
  await tab.getByRole("button", { name: "库存" }).click();
  await tab.getByRole("button", { name: "盘点" }).click();
  await tab.getByLabel("整袋数").first().fill("30");
  await tab.getByLabel("散装（克）").first().fill("250");
  await tab.getByRole("button", { name: "记录盘点" }).dblclick();
  await phone.allSent();
  const { counts } = await system.ask("inventory.v1.StockService/ListCounts", {
    locationId: kSchool,
  });
  const same = counts.filter((each) => each.count.countedG === "30250");
  expect("counts of 30,250 g", same.length, 1);
}

/** All tabs are closed before the record may go out: the worker sends it. No clock is set. */
async function workerSends() {
  const network = await new Network(system).open();
  const context = await person(browser, "zh", problems);
  const tab = await context.newPage();
  await tab.goto(`${network.url}/i#${system.invite("zhou", kSchool)}`);
  await tab.getByRole("button", { name: "接受邀请" }).click();
  await choosePin(tab);
  await tab.evaluate(() => navigator.serviceWorker.ready);
  await tab.getByRole("button", { name: /前一天/ }).click();
  const before = await usableG();
  await tab.locator('section.card[aria-label="2A"] .main').click();
  await tab.getByText("1 条没发出").waitFor();
  network.faults = ["late-503"];
  await tab.close();
  const sent = () => network.sent.some((each) => each.status === 200);
  await until("the worker has sent it", sent, 30_000);
  const all = (await records("2A", dayBefore(1)))[0]?.distribution.lines[0].studentNumbers.length;
  await once("2A", { children: all, before, day: dayBefore(1) });
  await context.close();
  network.close();
}

const kCases = [
  offlineReloadUndoAgain,
  twoTabs,
  answersAreLost,
  tabIsClosed,
  serverIsKilled,
  twoPhonesAndAWrongClock,
  correctionOfYesterday,
  workerSends,
  shortReceipt,
  count,
];

for (const each of kCases) {
  const before = problems.length;
  const at = Date.now();
  await each().catch((error) => problems.push(`${each.name}: ${error.message}`));
  // Nothing of this phone's own may be refused as somebody else's.
  const shown = async () => (await phone.tabs[0].locator(".entry.refused").count()) === 0;
  await until("no record is refused", shown, 2_000).catch((error) => problems.push(error.message));
  console.log(
    `${problems.length === before ? "once" : "NOT ONCE"} ${each.name} ${Date.now() - at} ms`,
  );
  phone.network.faults = [];
  if (problems.length > before) {
    await phone.tabs[0]
      ?.screenshot({ path: "test-results/exactly-once.png" })
      .catch(() => undefined);
  }
}
await phone.close();
if (runs > 0) await interleavings({ system, browser, runs, seed, problems });
const verified = system.command("verify").trim().split("\n").pop();
console.log(`the books: ${verified}; ${Math.round((Date.now() - started) / 1000)} s`);
await browser.close();
await system.stop();
end(problems);
