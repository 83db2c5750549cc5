// The gift's door in a real browser before a real server.
//   node test/browser/gift.mjs BASE_URL SHARE_TOKEN DONOR_INVITE_TOKEN
// Needs the sample programme with a publication, and the donor of its gift.
import { checkView, end, person, startBrowser } from "./page.mjs";

const [base, share, invite] = process.argv.slice(2);
const problems = [];
const browser = await startBrowser();
let page;
try {
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
  await checkView(page, "gift-shared-zh", problems);
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
