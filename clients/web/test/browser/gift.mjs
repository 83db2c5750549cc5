// The gift's door in a real browser before a real server.
//   node test/browser/gift.mjs BASE_URL SHARE_TOKEN DONOR_INVITE_TOKEN [MILKWAY_VERIFY]
// Needs the sample programme with a publication, and the donor of its gift. With the program
// milkway-verify, it checks the file that the page saves.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { walkStates } from "./gift_states.mjs";
import { checkView, end, person, startBrowser } from "./page.mjs";

const kLoadBytesMax = 100_000;
const kFoldPx = 740;

const [base, share, invite, verify] = process.argv.slice(2);
const problems = [];
const browser = await startBrowser();
let page;

const expect = (holds, problem) => holds || problems.push(problem);
/** The digits of an amount: grams, cents or thousandths. */
const units = (text) => Number(text.replace(/[^\d]/g, ""));
const sum = (numbers) => numbers.reduce((all, each) => all + each, 0);

/** Opens the link as on 3G (1.6 Mbit/s, 300 ms): bytes on the wire, and when the result is shown. */
async function loadOn3g() {
  const context = await person(browser, "zh", problems);
  const slow = await context.newPage();
  const wire = await context.newCDPSession(slow);
  let bytes = 0;
  wire.on("Network.loadingFinished", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await wire.send("Network.enable");
  await wire.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 300,
    downloadThroughput: 200_000,
    uploadThroughput: 94_000,
  });
  await slow.goto(`${base}/gift/${share}`, { waitUntil: "commit" });
  await slow.locator(".big strong").first().waitFor({ timeout: 60_000 });
  const shownMs = await slow.evaluate(() => Math.round(performance.now()));
  await slow.waitForLoadState("networkidle");
  console.log(`result: 1 tap, ${shownMs} ms on 3G, ${bytes} bytes on the wire`);
  expect(bytes <= kLoadBytesMax, `the first load is ${bytes} bytes`);
  await context.close();
}

/** Cups, children and status are seen without scrolling. */
async function lookAtResult() {
  await page.locator(".status").waitFor();
  for (const part of [".big strong", ".reached", ".status"]) {
    const box = await page.locator(part).first().boundingBox();
    expect(box && box.y + box.height <= kFoldPx, `${part} is below the fold`);
  }
}

/** At most six steps; what is to come has its day, what is late its reason. */
async function lookAtJourney() {
  const steps = page.locator(".line li");
  await steps.first().waitFor();
  const count = await steps.count();
  const delays = await page.locator(".delays li").allInnerTexts();
  console.log(`journey: 0 taps, ${count} steps; ${delays.join(" ")}`);
  expect(count >= 3 && count <= 6, `the way has ${count} steps`);
  const coming = await page.locator(".line li.coming").allInnerTexts();
  expect(coming.length > 0, "nothing is told to come");
  for (const step of coming) expect(/预计.*\d/.test(step), `"${step}" has no expected day`);
  expect(
    delays.some((each) => /被海关扣留：.*15 天/.test(each)),
    "the days in customs are not told",
  );
  expect(
    delays.some((each) => /过了预计日期 \d+ 天/.test(each)),
    "the late part is not told",
  );
}

/** Table, shares, picture, CSV and PNG tell the same grams. */
async function lookAtGrams() {
  const rows = page.locator(".card tbody tr");
  const parts = (await rows.locator("td:last-child").allInnerTexts()).map(units);
  const shares = (await rows.locator("td:nth-of-type(1)").allInnerTexts()).map(units);
  const total = units(await page.locator(".card tfoot td:last-child").innerText());
  console.log(`every gram: 0 taps, ${parts.join(" + ")} = ${total} g`);
  expect(sum(parts) === total && total > 0, "the parts do not add up");
  expect(sum(shares) === 1000, `the shares add up to ${sum(shares)} thousandths`);
  const labels = await page.locator(".sankey text").allTextContents();
  const drawn = (of) => sum(labels.filter(of).map((label) => units(label.split("·")[1])));
  const isPart = (label) => /已喝|损失|退回|还在/.test(label);
  expect(drawn(isPart) === total, `the picture's parts are ${drawn(isPart)} g`);
  expect(drawn((label) => !isPart(label)) === total, "the picture's lots do not add up");
  expect(
    labels.some((label) => /损失/.test(label)),
    "the picture does not show the losses",
  );
  await lookAtLabels();
  const csv = readFileSync(await saved("表格 (CSV)"), "utf-8");
  expect(csv.startsWith("\uFEFF") && csv.includes(`,${total}\r\n`), `the CSV is not so: ${csv}`);
  const { width, height, bytes } = lookAtPng(readFileSync(await saved("图片 (PNG)")));
  console.log(`picture of every gram: ${width} x ${height}, ${bytes} bytes`);
}

/** No label of the picture is cut off or lies over another one. */
async function lookAtLabels() {
  const boxes = await page.locator(".sankey text").evaluateAll((texts) =>
    texts.map((text) => {
      const { left, right, top, bottom } = text.getBoundingClientRect();
      const frame = text.ownerSVGElement.getBoundingClientRect();
      const whole =
        left >= frame.left - 1 && right <= frame.right + 1 && bottom <= frame.bottom + 1;
      return { label: text.textContent, left, right, top, bottom, whole };
    }),
  );
  for (const [i, a] of boxes.entries()) {
    expect(a.whole, `"${a.label}" is cut off`);
    for (const b of boxes.slice(i + 1)) {
      const apart =
        a.right <= b.left || b.right <= a.left || a.bottom <= b.top + 1 || b.bottom <= a.top + 1;
      expect(apart, `"${a.label}" lies over "${b.label}"`);
    }
  }
}

/** What was given is what was spent, given back, taken as fees, and is left. */
async function lookAtMoney() {
  const rows = page.locator(".card", { hasText: "用于买奶粉" }).locator(".figures");
  const [given, ...rest] = (await rows.allInnerTexts()).map(units);
  console.log(`money: ${rest.join(" + ")} = ${given} cents`);
  expect(given > 0 && sum(rest) === given, "the money does not add up");
}

function lookAtPng(png) {
  expect(png.toString("latin1", 1, 4) === "PNG", "the picture is no PNG");
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20), bytes: png.length };
}

/** The path of what a button saves. */
async function saved(name) {
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name }).click(),
  ]);
  return file.path();
}

/** One tap checks the proof; the file says the same to milkway-verify. */
async function lookAtProof() {
  const began = Date.now();
  await page.getByRole("button", { name: "现在核对" }).click();
  await page.getByText("重新计算").waitFor();
  console.log(`proof: 1 tap, ${Date.now() - began} ms`);
  console.log(await page.locator(".notice").first().innerText());
  expect(await page.getByText("账本的签名是对的").isVisible(), "the signature is not checked");
  expect(await page.getByText("第一次见到这个账本").isVisible(), "the log is not remembered");
  await page.getByRole("button", { name: "现在核对" }).click();
  await page.getByText("此后只有增加，没有改写").waitFor();
  const path = await saved("下载证明");
  const file = JSON.parse(readFileSync(path, "utf-8"));
  expect(file.format === "milkway-proof/2", "the file is not of the format");
  expect(file.earlier !== undefined, "the file does not tell how the log grew");
  if (verify === undefined) return;
  const said = execFileSync(verify, [path], { encoding: "utf-8" }).trim().split("\n").pop();
  console.log(`milkway-verify of the saved file: ${said}`);
  expect(said === "PROVED", `milkway-verify: ${said}`);
}

/** Each change is refused, and named in the language that is shown. */
async function changeProofs() {
  const flip = (base64) => {
    const bytes = Buffer.from(base64, "base64");
    bytes[bytes.length - 1] ^= 1;
    return bytes.toString("base64");
  };
  const changes = [
    [/第 \d+ 条记录不在账本里，或者被改过/, ({ leaf }) => (leaf.canonical = flip(leaf.canonical))],
    [/第 \d+ 条记录不在账本里，或者被改过/, ({ leaf }) => (leaf.salt = flip(leaf.salt))],
    [/第 \d+ 条记录不在账本里，或者被改过/, (each) => (each.hashes[0] = flip(each.hashes[0]))],
    [/检查点/, (_, proof) => (proof.checkpoint.note = proof.checkpoint.note.replace(/\d/, "9"))],
    [/公钥/, (_, proof) => (proof.verifierKey = `${proof.verifierKey.slice(0, -4)}AAA=`)],
    [/缺少|不符|算出|批次/, (_, proof) => proof.leaves.pop()],
  ];
  for (const [message, change] of changes) {
    await page.route("**/GetSharedGiftProof", async (route) => {
      const answer = await route.fetch();
      const body = await answer.json();
      change(body.proof.leaves[0], body.proof);
      await route.fulfill({ response: answer, json: body });
    });
    await page.getByRole("button", { name: "现在核对" }).click();
    const refusal = await page.locator(".notice.error").innerText();
    console.log(refusal);
    expect(/核对不通过/.test(refusal) && message.test(refusal), `not refused so: ${refusal}`);
    await page.unroute("**/GetSharedGiftProof");
  }
}

/** One tap copies the link; a picture of 1200 x 630; what previews of links read. */
async function lookAtShare() {
  await page.getByRole("button", { name: "分享", exact: true }).click();
  await page.getByText("链接已复制").waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied === `${base}/gift/${share}`, `the link that was copied is ${copied}`);
  const own = lookAtPng(readFileSync(await saved("保存图片")));
  const shown = await fetch(`${base}/share.png`);
  const fixed = lookAtPng(Buffer.from(await shown.arrayBuffer()));
  for (const { width, height, bytes } of [own, fixed]) {
    console.log(`share: 1 tap, ${width} x ${height}, ${bytes} bytes`);
    expect(width === 1200 && height === 630, `a picture is ${width} x ${height}`);
  }
  const preview = await (await fetch(`${base}/gift/${share}`)).text();
  for (const tag of ["og:title", "og:description", "og:image"]) {
    expect(preview.includes(`property="${tag}"`), `the preview has no ${tag}`);
  }
}

/** The characters of a part that no font of it has: they look like one that does not exist. */
function missingGlyphs(part) {
  return page.evaluate((selector) => {
    const element = document.querySelector(selector);
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [40, 40];
    const context = canvas.getContext("2d", { willReadFrequently: true });
    const drawn = (text) => {
      context.clearRect(0, 0, 40, 40);
      context.font = `30px ${getComputedStyle(element).fontFamily}`;
      context.fillText(text, 2, 32);
      return context.getImageData(0, 0, 40, 40).data.join();
    };
    const none = drawn("\u{10FFFE}");
    const characters = [...new Set(element.textContent.replace(/\s/g, ""))];
    return characters.filter((each) => drawn(each) === none).join("");
  }, part);
}

/** One tap prints one A4 page, in which no character lacks its glyph. */
async function lookAtPrint(button, language) {
  await page.evaluate(() => {
    window.print = () => document.body.setAttribute("data-printed", "");
  });
  await page.getByRole("button", { name: button }).click();
  expect(await page.locator("[data-printed]").count(), "the button prints nothing");
  const path = `test-results/certificate-${language}.pdf`;
  await page.pdf({ path, preferCSSPageSize: true });
  const text = readFileSync(path, "latin1");
  const pages = text.match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0;
  const [, width, height] = /\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/.exec(text) ?? [];
  console.log(`certificate: 1 tap, ${pages} page of ${width} x ${height} points`);
  expect(pages === 1, `the certificate has ${pages} pages`);
  expect(Math.round(width) === 595 && Math.round(height) === 842, "the certificate is not A4");
  const missing = await missingGlyphs(".certificate");
  expect(missing === "", `no font has ${missing}`);
}

/** The keyboard reaches every button in order, and none that has the focus is out of sight. */
async function walkByKeyboard() {
  const names = await page.locator("button:visible").allInnerTexts();
  await page.locator("button:visible").first().focus();
  const reached = [];
  for (let i = 0; i < names.length; i++) {
    if (i > 0) await page.keyboard.press("Tab");
    const focus = await page.evaluate(() => {
      const box = document.activeElement.getBoundingClientRect();
      const seen = box.top >= 0 && box.bottom <= window.innerHeight;
      return { name: document.activeElement.innerText, seen };
    });
    expect(focus.seen, `"${focus.name}" has the focus out of sight`);
    reached.push(focus.name);
  }
  expect(reached.join() === names.join(), `the keyboard reaches ${reached} of ${names}`);
}

async function byLink() {
  const stranger = await person(browser, "zh", problems);
  await stranger.grantPermissions(["clipboard-read", "clipboard-write"]);
  page = await stranger.newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(`${base}/gift/${share}`);
  await lookAtResult();
  await lookAtJourney();
  await lookAtGrams();
  await lookAtMoney();
  await lookAtProof();
  await checkView(page, "gift-shared-zh", problems);
  await lookAtShare();
  await lookAtPrint("打印证书", "zh");
  await walkByKeyboard();
  await changeProofs();
  await page.getByRole("button", { name: "English" }).click();
  await page.getByText("The way of the milk").waitFor();
  await checkView(page, "gift-shared-en", problems);
  await lookAtLabels();
  expect(!/\p{Script=Han}/u.test(await page.locator("main").innerText()), "not all is English");
  await lookAtPrint("Print a certificate", "en");
  await stranger.close();
}

/** The same for the donor himself; his link opens the gift to somebody else. */
async function asDonor() {
  const donor = await person(browser, "en", problems);
  await donor.grantPermissions(["clipboard-read", "clipboard-write"]);
  page = await donor.newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(`${base}/i#${invite}`);
  await page.getByRole("button", { name: "Accept" }).click();
  await page.locator(".big strong").first().waitFor();
  await page.getByText("The way of the milk").waitFor();
  await page.getByRole("button", { name: "Check now" }).click();
  await page.getByText(/word for word, among/).waitFor();
  await checkView(page, "gift-donor-en", problems);
  await page.getByRole("button", { name: "Share", exact: true }).click();
  await page.getByText("The link is copied").waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const opened = await fetch(link);
  expect(opened.status === 200, `the donor's link answers ${opened.status}`);
  await walkStates(donor, page, base, problems);
  await donor.close();
}

try {
  await loadOn3g();
  await byLink();
  await asDonor();
} catch (error) {
  await page?.screenshot({ path: "test-results/failure.png" }).catch(() => undefined);
  problems.push(`${error.message}\n${await page?.locator("body").innerText()}`);
}
await browser.close();
end(problems);
