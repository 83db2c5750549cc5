// The school's door, row by row of what a school contact does, in a real browser before a real
// server that this starts. Taps, bytes and times are printed; what they must be is checked
// where it does not depend on the machine.
//   node test/browser/school.mjs BIN_FOLDER
import { crc32, deflateSync } from "node:zlib";
import { checkView, end, startBrowser } from "./page.mjs";
import { choosePin, kPin, Phone, until } from "./phone.mjs";
import { firstLoad } from "./school_load.mjs";
import { lockAndNames, revoked } from "./school_lock.mjs";
import { makeSchool } from "./school_programme.mjs";
import { System } from "./system.mjs";

const kSchool = "changyuan";
const problems = [];
const system = new System(process.argv[2]);
await makeSchool(system);
const browser = await startBrowser();
const phone = await Phone.make({
  name: "phone",
  browser,
  system,
  invite: system.invite("li", kSchool),
  problems,
});
const tab = phone.tabs[0];

function expect(what, found, wanted) {
  if (found !== wanted) problems.push(`${what}: ${found} in place of ${wanted}`);
}

/** Taps a control, and counts it. */
let taps = 0;
async function tap(locator) {
  taps += 1;
  await locator.click();
}
const button = (name) => tab.getByRole("button", { name });
const card = (name) => tab.locator(`section.card[aria-label="${name}"]`);

/** Runs one row: prints its taps and its time. */
async function row(name, body, wantedTaps) {
  taps = 0;
  const before = problems.length;
  const started = Date.now();
  const more = await body().catch(async (error) => {
    await tab.screenshot({ path: "test-results/failure.png" }).catch(() => undefined);
    problems.push(`${name}: ${error.message}`);
    phone.network.down = false;
    phone.network.release();
  });
  if (wantedTaps !== undefined) expect(`taps of "${name}"`, taps, wantedTaps);
  const verdict = problems.length === before ? "ok " : "BAD";
  console.log(
    `${verdict} ${name}: ${taps} taps, ${Date.now() - started} ms${more ? `, ${more}` : ""}`,
  );
}

/** Milliseconds from a tap to "saved on this phone", as the page's own clock has it. */
async function savedAfter(className, rate) {
  const control = await phone.context.newCDPSession(tab);
  await control.send("Emulation.setCPUThrottlingRate", { rate });
  const ms = await tab.evaluate(
    (name) =>
      new Promise((resolve) => {
        const box = document.querySelector(`section.card[aria-label="${name}"]`);
        const started = performance.now();
        new MutationObserver((_, observer) => {
          if (!box.textContent.includes("已存在手机上")) return;
          observer.disconnect();
          resolve(Math.round(performance.now() - started));
        }).observe(box, { childList: true, subtree: true, characterData: true });
        [...box.querySelectorAll("button")]
          .find((each) => each.textContent.includes("人全到"))
          .click();
      }),
    className,
  );
  await control.send("Emulation.setCPUThrottlingRate", { rate: 1 });
  taps += 1;
  return ms;
}

async function recordAll() {
  const label = await card("1A").locator(".main").textContent();
  expect("the button states the number", /^\d+ 人全到/.test(label), true);
  const fast = await savedAfter("1A", 1);
  const undo = await card("1A").getByRole("button", { name: /撤销/ }).textContent();
  expect("it can be taken back", /撤销（(9|10) 秒）/.test(undo), true);
  return `saved on the phone after ${fast} ms`;
}

async function recordAllSlowly() {
  return `saved on the phone after ${await savedAfter("2A", 4)} ms at CPU/4`;
}

async function someAbsent() {
  await tap(card("3A").getByRole("button", { name: "有人没来" }));
  await checkView(tab, "school-tiles-zh", problems);
  for (const box of await card("3A").locator(".tile").all()) {
    const { width, height } = await box.boundingBox();
    if (width < 48 || height < 48) problems.push(`a tile is ${width} × ${height} px`);
  }
  for (const place of [0, 3, 5]) await tap(card("3A").locator(".tile").nth(place));
  await tap(card("3A").getByRole("button", { name: /喝了 · 记录/ }));
  await card("3A").getByText("已存在手机上").waitFor();
  await phone.allSent();
}

async function deliveryComplete() {
  await button("到货").click();
  const whole = card("shipment-8");
  const text = await whole.innerText();
  for (const part of ["SAMPLE-25B", "12 袋", "到期"]) {
    if (!text.includes(part)) problems.push(`the delivery does not show ${part}`);
  }
  await checkView(tab, "school-deliveries-zh", problems);
  await tap(whole.getByRole("button", { name: "全部收到" }));
  await phone.allSent();
}

/** A picture that is hard to make small: noise, as PNG. */
function noise(width, height) {
  const rows = Buffer.alloc((width * 3 + 1) * height);
  let state = 1;
  for (let i = 0; i < rows.length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    rows[i] = i % (width * 3 + 1) === 0 ? 0 : state >>> 24;
  }
  const chunk = (name, data) => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    size.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([size, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const body = [chunk("IHDR", head), chunk("IDAT", deflateSync(rows, { level: 1 }))];
  return Buffer.concat([signature, ...body, chunk("IEND", Buffer.alloc(0))]);
}

async function deliveryShort() {
  await button("到货").click();
  const short = card("shipment-3");
  await tap(short.getByRole("button", { name: "有缺少或破损" }));
  await tap(short.getByRole("button", { name: "缺少 加一袋" }));
  await tap(short.getByRole("button", { name: "破损 加一袋" }));
  await tap(short.getByRole("button", { name: "受潮" }));
  await checkView(tab, "school-receipt-zh", problems);
  const picture = { name: "wet.png", mimeType: "image/png", buffer: noise(2400, 1800) };
  await short.locator("input[type=file]").setInputFiles(picture);
  const size = await short.getByRole("button", { name: /^照片 1/ }).textContent();
  await tap(short.getByRole("button", { name: "记录收货" }));
  await until("the receipt is there", async () => {
    await phone.later();
    return phone.network.sent.some((each) => each.path.startsWith("/photos?receipt="));
  });
  await phone.allSent();
  const paths = phone.network.sent.map((each) => each.path);
  const photoAt = paths.findIndex((path) => path.startsWith("/photos"));
  const receiptAt = paths.findLastIndex((path) => path.endsWith("/RecordReceipt"));
  expect("the photo comes after its receipt", receiptAt < photoAt, true);
  const bytes = phone.network.sent[photoAt].bytes;
  const { receipt } = JSON.parse(phone.network.sent[receiptAt].body);
  const { photos } = await system.ask("shipments.v1.PhotoService/ListReceiptPhotos", {
    receiptId: receipt.receiptId,
    destinationId: kSchool,
  });
  expect("photos of the receipt at the server", photos?.length, 1);
  if (bytes > 150_000) problems.push(`the photo has ${bytes} bytes`);
  return `${size}: photo of ${bytes} bytes, after the receipt`;
}

async function whatIsUnsent() {
  await button("今天").click();
  await tab.locator(".days").waitFor();
  phone.network.down = true;
  await phone.recordAll("4A");
  await card("4A").getByText("已存在手机上").waitFor();
  await phone.later();
  await card("4A").getByText("在手机上，联网后发送").waitFor();
  await tab.getByText("1 条没发出").waitFor();
  await checkView(tab, "school-offline-zh", problems);
  phone.network.down = false;
  phone.network.faults = ["hold"];
  await until("it is sending", async () => {
    await phone.later();
    return (await card("4A").innerText()).includes("正在发送");
  });
  await until("the answer waits", () => phone.network.held.length > 0);
  await phone.recordAll("5A");
  await system.record("5A");
  phone.network.release();
  await card("4A").getByText("已送到").waitFor();
  await phone.allSent();
  const told = await card("5A").innerText();
  expect("a refusal says why", told.includes("别的手机"), true);
  await checkView(tab, "school-refused-zh", problems);
  await card("5A").getByRole("button", { name: "知道了" }).click();
}

/** With the clock as it is: how long until all is there after the network came back. */
async function reconnect() {
  phone.network.down = true;
  await phone.recordAll("6A");
  await card("6A").getByText("已存在手机上").waitFor();
  await phone.later();
  await tab.waitForTimeout(1_500);
  phone.network.down = false;
  const started = Date.now();
  await tab.getByText("全部已送到").waitFor({ timeout: 20_000 });
  const ms = Date.now() - started;
  await phone.allSent();
  if (ms > 10_000) problems.push(`sent only ${ms} ms after the network came back`);
  return `sent ${ms} ms after the network came back`;
}

async function correctYesterday() {
  phone.back = 1;
  await phone.showDay(tab);
  await phone.recordAll("1A");
  await phone.allSent();
  phone.back = 0;
  await phone.showDay(tab);
  taps = 0;
  await tap(button(/前一天/));
  await tap(card("1A").getByRole("button", { name: "更改" }));
  await card("1A").locator(".tile").nth(2).click();
  await tap(card("1A").getByRole("button", { name: /改为/ }));
  await phone.allSent();
  await card("1A").getByText("（原来 10 人）").waitFor();
  const versions = await system.versions("1A", 1);
  expect("versions that staff see", versions, 2);
  await button(/后一天/).click();
  return "and 1 for each child";
}

/** Milk that came today was not there two days ago, by the books. */
async function servedAllTheSame() {
  phone.back = 2;
  await phone.showDay(tab);
  await tap(card("1A").getByRole("button", { name: /人全到/ }));
  await phone.allSent();
  await card("1A").getByText("账上少").waitFor();
  await tap(card("1A").getByRole("button", { name: "确实发了" }));
  await phone.allSent();
  expect("records of that day", await system.versions("1A", 2), 1);
  phone.back = 0;
  await phone.showDay(tab);
}

async function countStock() {
  await button("库存").click();
  await tab.getByText(/够喝/).waitFor();
  await checkView(tab, "school-stock-zh", problems);
  await tap(button("盘点"));
  await tab.getByLabel("整袋数").first().fill("30");
  await tab.getByLabel("散装（克）").first().fill("250");
  await checkView(tab, "school-count-zh", problems);
  await tap(button("记录盘点"));
  await phone.allSent();
  const { counts } = await system.ask("inventory.v1.StockService/ListCounts", {
    locationId: kSchool,
  });
  const last = counts.find((each) => each.count.countedG === "30250");
  expect("the count is there", last !== undefined, true);
  return `expected ${last?.expectedG} g, counted ${last?.count.countedG} g`;
}

async function language() {
  await button("今天").click();
  await tab.evaluate(() => {
    window.notLoadedAgain = true;
  });
  await tap(button("English"));
  await tab.getByText("all delivered").waitFor();
  expect("no reload", await tab.evaluate(() => window.notLoadedAgain), true);
  await checkView(tab, "school-today-en", problems);
  await button("Deliveries").click();
  await checkView(tab, "school-deliveries-en", problems);
  await button("Stock").click();
  await checkView(tab, "school-stock-en", problems);
}

async function calendarAndGrowth() {
  await button("More").click();
  await tab.locator(".month").waitFor();
  const days = await tab.locator(".month .served, .month .partly").count();
  expect("days in picture and table", await tab.getByText(/^served in/).count(), days);
  await checkView(tab, "school-calendar-en", problems);
  const saving = tab.waitForEvent("download");
  await button("Save as a table (CSV)").click();
  const file = (await saving).suggestedFilename();
  await button("Growth").click();
  await tab.locator(".growth .second").first().waitFor();
  const children = await tab.locator(".table-box td small").allTextContents();
  expect("children measured", children.includes("12 children"), true);
  await checkView(tab, "school-growth-en", problems);
  await button("Names").click();
  await checkView(tab, "school-names-en", problems);
  await button("中文").click();
  await checkView(tab, "school-names-zh", problems);
  await button("生长").click();
  await tab.locator(".growth .second").first().waitFor();
  await checkView(tab, "school-growth-zh", problems);
  await button("日历").click();
  await tab.locator(".month").waitFor();
  await checkView(tab, "school-calendar-zh", problems);
  await button("今天").click();
  return `${days} days served, ${file}`;
}

/** The invite is one tap; the PIN is typed twice, with no button. */
async function signIn() {
  const context = await browser.newContext({
    locale: "zh-CN",
    viewport: { width: 360, height: 740 },
  });
  const fresh = await context.newPage();
  await fresh.goto(`${phone.network.url}/i#${system.invite("zhao", kSchool)}`);
  await fresh.getByRole("button", { name: "接受邀请" }).waitFor();
  await checkView(fresh, "invite", problems);
  await tap(fresh.getByRole("button", { name: "接受邀请" }));
  await fresh.getByLabel("4 位数字").waitFor();
  await checkView(fresh, "school-pin-zh", problems);
  await choosePin(fresh);
  await fresh.locator("section.card h2").first().waitFor();
  const cookie = (await context.cookies()).find((each) => each.name === "__Host-milkway");
  const days = Math.floor((cookie.expires - Date.now() / 1000) / 86_400);
  if (days < 90) problems.push(`the session ends after ${days} days`);
  const sent = phone.network.asked.filter((each) => each.includes(kPin));
  expect("requests with the PIN", sent.length, 0);
  await context.close();
  return `good for ${days} days`;
}

await row("sign in", signIn, 1);
await row("open", () => firstLoad({ browser, phone, problems }));
await row("record today, all present", recordAll, 1);
await row("the same on an old phone", recordAllSlowly, 1);
await row("some absent (3)", someAbsent, 5);
await row("correct yesterday", correctYesterday, 3);
await row("delivery complete", deliveryComplete, 1);
await row("short and damaged (2 bags)", deliveryShort, 5);
await row("see what is unsent", whatIsUnsent, 0);
await row("reconnect", reconnect, 0);
await row("served though the books lack it", servedAllTheSame, 2);
await row("count stock", countStock, 2);
await row("language", language, 1);
await row("calendar, growth, names", calendarAndGrowth);
await row("lock and names", () => lockAndNames({ phone, problems }));
await row("a contact who is revoked", () => revoked({ system, phone, problems }));
await phone.close();
await browser.close();
await system.stop();
end(problems);
