// The school's door in a real browser before a real server.
//   node test/browser/school.mjs BASE_URL INVITE_TOKEN
// Needs the sample programme, and an invite of a contact of its school.
import { checkView, end, person, startBrowser } from "./page.mjs";

const [base, invite] = process.argv.slice(2);
const problems = [];
const browser = await startBrowser();
const context = await person(browser, "zh", problems);
const page = await context.newPage();
page.setDefaultTimeout(20_000);

/** What the server has, by the school's own session. */
function ask(path, request) {
  return page.evaluate(
    async ([to, body]) => {
      const answer = await fetch(to, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      return answer.json();
    },
    [path, request],
  );
}
const recordedToday = async () => {
  const day = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Shanghai" }).format(new Date());
  const answer = await ask("/milkway.consumption.v1.DistributionService/ListDistributions", {
    schoolId: "changyuan",
    fromDay: day,
  });
  return answer.distributions ?? [];
};
const card = (name) => page.locator("section.card", { has: page.locator(`h2:text-is("${name}")`) });

try {
  // By invite, without a password.
  await page.goto(`${base}/i#${invite}`);
  await page.getByRole("button", { name: "接受邀请" }).waitFor();
  await checkView(page, "invite", problems);
  await page.getByRole("button", { name: "接受邀请" }).click();
  await page
    .getByRole("button", { name: /人全到/ })
    .first()
    .waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready);
  await checkView(page, "school-today-zh", problems);

  // Offline: reload, record, undo, record again.
  await context.setOffline(true);
  await page.reload();
  await card("1A")
    .getByRole("button", { name: /人全到/ })
    .waitFor();
  const started = Date.now();
  await card("1A")
    .getByRole("button", { name: /人全到/ })
    .click();
  await card("1A").getByText("已存在手机上").waitFor();
  console.log(`one tap to saved: ${Date.now() - started} ms`);
  await checkView(page, "school-held-zh", problems);
  await card("1A").getByRole("button", { name: /撤销/ }).click();
  await card("1A").getByRole("button", { name: "有人没来" }).click();
  await card("1A").locator(".tile").nth(0).click();
  await card("1A").locator(".tile").nth(3).click();
  await checkView(page, "school-tiles-zh", problems);
  await card("1A")
    .getByRole("button", { name: /喝了 · 记录/ })
    .click();
  await page.getByText("1 条没发出").waitFor();
  await page.waitForTimeout(11_000);
  await page.reload();
  await card("1A").getByText("在手机上，联网后发送").waitFor();
  await checkView(page, "school-offline-zh", problems);

  // A second tab records another class twice.
  const second = await context.newPage();
  await second.goto(base);
  const other = second.locator("section.card", { has: second.locator('h2:text-is("2A")') });
  await other.getByRole("button", { name: /人全到/ }).dblclick();
  await page.getByText("2 条没发出").waitFor();

  // Back: sent once each.
  const back = Date.now();
  await context.setOffline(false);
  await page.getByText("全部已送到").waitFor({ timeout: 25_000 });
  console.log(`sent after the network came back: ${Date.now() - back} ms (10 s of them to undo)`);
  const today = await recordedToday();
  console.log(`recorded today: ${today.map((each) => each.distribution.className).join(" ")}`);
  if (today.length !== 2) problems.push(`${today.length} records in place of 2`);
  await second.close();

  // A change is kept beside what it replaced.
  await card("1A").getByRole("button", { name: "更改" }).click();
  await card("1A").locator(".tile[aria-pressed=true]").first().click();
  await card("1A").getByRole("button", { name: /改为/ }).click();
  await page.getByText("全部已送到").waitFor({ timeout: 25_000 });
  await card("1A").getByText("原来").waitFor({ timeout: 15_000 });
  const changed = (await recordedToday()).find((each) => each.distribution.className === "1A");
  console.log(`versions of 1A: ${changed.revisions.length}`);
  if (changed.revisions.length !== 2) problems.push("the correction is not a second version");

  // Deliveries: short and damaged.
  await page.getByRole("button", { name: "到货" }).click();
  await page.getByRole("button", { name: "有缺少或破损" }).click();
  await page.getByRole("button", { name: "缺少 加一袋" }).click();
  await page.getByRole("button", { name: "破损 加一袋" }).click();
  await page.getByRole("button", { name: "受潮" }).click();
  await checkView(page, "school-receipt-zh", problems);
  await page.getByRole("button", { name: "记录收货" }).click();
  await page.getByText("收货已记录").waitFor();
  await page.getByText("没有在路上的奶粉").waitFor({ timeout: 25_000 });
  await checkView(page, "school-deliveries-none-zh", problems);

  // Stock, a count, the other language.
  await page.getByRole("button", { name: "库存" }).click();
  await page.getByText(/够喝/).waitFor();
  await page.getByRole("button", { name: "English" }).click();
  await page.getByText(/enough for/).waitFor();
  await checkView(page, "school-stock-en", problems);
  await page.getByRole("button", { name: "Count" }).click();
  await page.getByLabel("Full bags").first().fill("30");
  await page.getByLabel("Loose (g)").first().fill("250");
  await checkView(page, "school-count-en", problems);
  await page.getByRole("button", { name: "Record the count" }).click();
  await page.getByText("1 not sent").waitFor();
  await page.getByText("all delivered").waitFor({ timeout: 25_000 });
  const counts = await ask("/milkway.inventory.v1.StockService/ListCounts", {
    locationId: "changyuan",
  });
  const last = counts.counts?.find((each) => each.count.countedG === "30250");
  console.log(`the count: expected ${last?.expectedG}, counted ${last?.count.countedG}`);
  if (last === undefined) problems.push("the count is not recorded");
  await page.getByRole("button", { name: "Today", exact: true }).click();
  await checkView(page, "school-today-en", problems);
} catch (error) {
  await page.screenshot({ path: "test-results/failure.png" }).catch(() => undefined);
  problems.push(`${error.message}\n${await page.locator("body").innerText()}`);
}
await browser.close();
end(problems);
