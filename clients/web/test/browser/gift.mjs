// The gift's door in a real browser before a real server.
//   node test/browser/gift.mjs BASE_URL SHARE_TOKEN DONOR_INVITE_TOKEN
// Needs the sample programme with a publication, and the donor of its gift.
import { readFileSync } from "node:fs";
import { checkView, end, person, startBrowser } from "./page.mjs";

const kLoadBytesMax = 100_000;

const [base, share, invite] = process.argv.slice(2);
const problems = [];
const browser = await startBrowser();
let page;
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
  const began = Date.now();
  await slow.goto(`${base}/gift/${share}`);
  await slow.getByText("杯牛奶").first().waitFor({ timeout: 60_000 });
  console.log(`result on 3G: ${Date.now() - began} ms`);
  await slow.waitForLoadState("networkidle");
  console.log(`first load: ${bytes} bytes on the wire`);
  if (bytes > kLoadBytesMax) problems.push(`the first load is ${bytes} bytes`);
  await context.close();
}

/** Pages of a printed file, and whether a font with Chinese is in it. */
function lookAtPrint(path) {
  const text = readFileSync(path, "latin1");
  const pages = text.match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0;
  console.log(`certificate: ${pages} page, ${text.length} bytes`);
  if (pages !== 1) problems.push(`the certificate has ${pages} pages`);
  if (!/CJK|Song|Hei/i.test(text)) problems.push("the certificate has no Chinese glyphs");
}

try {
  await loadOn3g();
  // By the link, without signing in.
  const stranger = await person(browser, "zh", problems);
  page = await stranger.newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(`${base}/gift/${share}`);
  await page.getByText("杯牛奶").first().waitFor();
  const figure = await page.locator(".big strong").boundingBox();
  if (figure === null || figure.y + figure.height > 740) {
    problems.push("the cups are below the fold");
  }
  const parts = await page.locator(".card tbody td").allInnerTexts();
  const sum = await page.locator(".card tfoot td").innerText();
  const grams = (text) => Number(text.replace(/[^\d]/g, ""));
  const total = parts.reduce((all, part) => all + grams(part), 0);
  console.log(`every gram: ${parts.join(" + ")} = ${sum}`);
  if (total !== grams(sum)) problems.push("the parts do not add up");
  // The picture of every gram adds up to the same.
  const labels = await page.locator(".sankey text").allInnerTexts();
  const right = labels.filter((label) => /已喝|损失|退回|还在/.test(label));
  const drawn = right.reduce((all, label) => all + grams(label.split("·")[1]), 0);
  if (drawn !== total) problems.push(`the picture shows ${drawn} g, the table ${total} g`);
  // The way has at most six steps, what is to come with its day.
  const steps = page.locator(".line li");
  await steps.first().waitFor();
  const count = await steps.count();
  console.log(`the way: ${count} steps`);
  if (count < 3 || count > 6) problems.push(`the way has ${count} steps`);
  for (const step of await page.locator(".line li.coming").allInnerTexts()) {
    if (!/预计/.test(step)) problems.push(`"${step}" has no expected day`);
  }
  // One tap checks the proof, for whoever has the link.
  await page.getByRole("button", { name: "现在核对" }).click();
  await page.getByText("重新计算").waitFor();
  await checkView(page, "gift-shared-zh", problems);
  const [table] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "表格 (CSV)" }).click(),
  ]);
  const csv = readFileSync(await table.path(), "utf-8");
  if (!csv.startsWith("\uFEFF") || !csv.includes(String(total))) {
    problems.push(`the table as CSV is not that of the page: ${csv}`);
  }
  const [picture] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "图片 (PNG)" }).click(),
  ]);
  const png = readFileSync(await picture.path());
  if (png.toString("latin1", 1, 4) !== "PNG") problems.push("the picture is no PNG");
  console.log(`picture: ${png.readUInt32BE(16)} x ${png.readUInt32BE(20)}, ${png.length} bytes`);
  await page.pdf({ path: "test-results/certificate-zh.pdf", format: "A4" });
  lookAtPrint("test-results/certificate-zh.pdf");
  // What previews of links read.
  const preview = await (await fetch(`${base}/gift/${share}`)).text();
  for (const tag of ["og:title", "og:description", "og:image"]) {
    if (!preview.includes(`property="${tag}"`)) problems.push(`the preview has no ${tag}`);
  }
  const shown = await fetch(`${base}/share.png`);
  const image = Buffer.from(await shown.arrayBuffer());
  if (image.readUInt32BE(16) !== 1200 || image.readUInt32BE(20) !== 630) {
    problems.push("share.png is not 1200 x 630");
  }
  await page.goto(`${base}/gift/${"A".repeat(43)}`);
  await page.getByText("这个链接打不开捐赠").waitFor();
  await stranger.close();

  // The donor: the way with its days, and the proof.
  const donor = await person(browser, "en", problems);
  page = await donor.newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(`${base}/i#${invite}`);
  await page.getByRole("button", { name: "Accept" }).click();
  await page.getByText("cups of milk").first().waitFor();
  await page.getByText("The way of the milk").waitFor();
  const began = Date.now();
  await page.getByRole("button", { name: "Check now" }).click();
  await page.getByText(/word for word, among/).waitFor();
  console.log(`proof checked in ${Date.now() - began} ms`);
  console.log(await page.locator(".notice").first().innerText());
  await checkView(page, "gift-donor-en", problems);
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: /Download the proof/ }).click(),
  ]);
  console.log(`download: ${file.suggestedFilename()}`);
  // A changed proof is found out.
  await page.route("**/GetGiftProof", async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    const leaf = body.proof.leaves[0].leaf;
    const bytes = Buffer.from(leaf.canonical, "base64");
    bytes[bytes.length - 1] ^= 1;
    leaf.canonical = bytes.toString("base64");
    await route.fulfill({ response: answer, json: body });
  });
  await page.getByRole("button", { name: "Check now" }).click();
  console.log(await page.getByText(/Not proved/).innerText());
  await page.pdf({ path: "test-results/certificate.pdf", format: "A4" });
} catch (error) {
  await page?.screenshot({ path: "test-results/failure.png" }).catch(() => undefined);
  problems.push(`${error.message}\n${await page?.locator("body").innerText()}`);
}
await browser.close();
end(problems);
