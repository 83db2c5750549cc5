// The desk in a real browser before a real server.
//   node test/browser/desk.mjs BASE_URL SIGN_IN_NAME PASSWORD [TASK…]
// Needs the sample programme, and an admin. Without tasks: all of them, on a new store.
import { chinese } from "./desk/chinese.mjs";
import { countPrints, Walker } from "./desk/common.mjs";
import { keyboard } from "./desk/keyboard.mjs";
import { plan, recall, resolve, trace } from "./desk/milk.mjs";
import { states } from "./desk/states.mjs";
import { expiry, find, importing, labels } from "./desk/tools.mjs";
import { checkView, end, person, startBrowser } from "./page.mjs";

const [base, name, password, ...asked] = process.argv.slice(2);
const problems = [];
const browser = await startBrowser();
const context = await person(browser, "en", problems);
const page = await context.newPage();
page.setDefaultTimeout(20_000);
const id = `browser-${Date.now()}`;
const link = (text) => page.locator("nav").getByRole("link", { name: text, exact: true });

/** Stock, a purchase from the clipboard, a shipment, a count, an invite. */
async function everyday() {
  await link("Stock").click();
  await page.locator("table").waitFor();
  await checkView(page, "desk-stock-en", problems);
  await page.locator("tbody a").first().click();
  await page.getByText("All places").waitFor();
  await page.locator("table").waitFor();
  await checkView(page, "desk-place-en", problems);

  // A purchase, from the clipboard.
  await link("Purchases").click();
  walk.clicks = 0;
  await walk.click(page.getByRole("button", { name: "New purchase" }));
  await page.getByLabel("Purchase", { exact: true }).fill(id);
  await page.getByLabel("Bought on").fill("2026-11-20");
  await page.getByRole("combobox", { name: "Supplier" }).selectOption({ index: 1 });
  await page.getByRole("combobox", { name: "To", exact: true }).selectOption("melbourne");
  await page.evaluate((lot) => {
    const data = new DataTransfer();
    data.setData("text", `devondale-instant-1kg\t${lot}\t2028/3/1\t1,200\t9.95`);
    document
      .querySelector("form")
      .dispatchEvent(
        new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }),
      );
  }, id);
  await walk.click(page.getByRole("button", { name: "Add a cost" }));
  await page.getByLabel("Amount").fill("310.50");
  await checkView(page, "desk-purchase-en", problems);
  await page.reload();
  // What was typed is there again, without a click.
  await walk.click(page.getByRole("button", { name: "Save", exact: true }));
  await page.getByText(`Saved: ${id}`).waitFor();
  walk.done("new purchase", 3);
  const saved = await walk.ask("inventory.v1.PurchaseService/GetPurchase", { purchaseId: id });
  const cost = saved.purchase.costs?.[0];
  walk.expect(cost?.amount?.minorUnits === "31050", `the cost is ${JSON.stringify(cost)}`);
  await checkView(page, "desk-purchases-en", problems);

  // Ship some of it: too much cannot be typed.
  await link("Shipments").click();
  walk.clicks = 0;
  await walk.click(page.getByRole("button", { name: "New shipment" }));
  await page.getByLabel("Shipment", { exact: true }).fill(id);
  await page.getByRole("combobox", { name: "From", exact: true }).selectOption("melbourne");
  await page.getByRole("combobox", { name: "To", exact: true }).selectOption("changyuan");
  const lot = page.getByLabel(new RegExp(id));
  await lot.fill("99999");
  const most = await lot.inputValue();
  if (most !== "1200") problems.push(`${most} packs of 1200 can be shipped`);
  await lot.fill("20");
  await checkView(page, "desk-shipment-en", problems);
  await walk.click(page.getByRole("button", { name: "Save as draft" }));
  await walk.click(page.getByRole("button", { name: "Dispatch now" }));
  // Something that expires earlier lies there too: the server asks why it stays.
  await page.getByLabel(/Why does stock/).fill("the earlier lot is kept for another school");
  await walk.click(page.getByRole("button", { name: "Dispatch now" }));
  await page.getByText(/· in transit/).waitFor();
  walk.done("ship lots", 6);
  await checkView(page, "desk-shipped-en", problems);

  // A count, and an invite in the other language.
  await link("Counts").click();
  await page.getByRole("combobox", { name: "Place", exact: true }).selectOption("melbourne");
  await page.getByRole("button", { name: "New count" }).click();
  await page.getByLabel("Full packs").last().fill("1179");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("-1,000 g").first().waitFor();
  await checkView(page, "desk-counts-en", problems);
  await page.getByRole("button", { name: "中文" }).click();
  await link("邀请").click();
  await page.getByRole("button", { name: "新邀请" }).click();
  await page.getByLabel("编号", { exact: true }).fill(id);
  await page.getByLabel("学校、地点或捐赠人编号").fill("changyuan");
  await page.getByRole("button", { name: "生成链接" }).click();
  await page.getByText("这个链接只显示一次").waitFor();
  await checkView(page, "desk-invites-zh", problems);
  await page.getByRole("button", { name: "English" }).click();
}

async function signIn() {
  await page.goto(base);
  await page.getByLabel("Sign-in name").fill(name);
  await page.getByLabel("Password").fill("a wrong password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Name, password or code is wrong.").waitFor();
  await checkView(page, "sign-in-en", problems);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Check again" }).click();
  await page.getByRole("heading", { name: "Now" }).waitFor();
  await page.waitForTimeout(1_000);
  await checkView(page, "desk-now-en", problems);
}

const walk = new Walker(base, page, problems);
const tasks = {
  everyday,
  resolve: () => resolve(walk),
  trace: () => trace(walk),
  plan: () => plan(walk),
  recall: () => recall(walk),
  labels: () => labels(walk, browser),
  importing: () => importing(walk, id),
  expiry: () => expiry(walk, name, password),
  keyboard: () => keyboard(walk, id),
  states: () => states(walk),
  chinese: () => chinese(walk),
  find: () => find(walk, id),
};

try {
  await countPrints(page);
  await signIn();
  for (const [task, run] of Object.entries(tasks)) {
    if (asked.length > 0 && !asked.includes(task)) continue;
    await page.setViewportSize({ width: 1440, height: 900 });
    await run();
  }
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("Sign-in name").waitFor();
} catch (error) {
  await page.screenshot({ path: "test-results/failure.png" }).catch(() => undefined);
  problems.push(`${error.message}\n${await page.locator("body").innerText()}`);
}
await browser.close();
end(problems);
