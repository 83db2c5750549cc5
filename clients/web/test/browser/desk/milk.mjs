// Tracing, resolving, recalling, planning: what happens to milk.

async function usable(walk, locationId) {
  const request = { grouping: "STOCK_GROUPING_LOCATION", locationId, pageSize: 1000 };
  const { sums = [] } = await walk.ask("inventory.v1.StockService/SummarizeStock", request);
  return Number(sums.find((sum) => sum.group === locationId)?.usableG ?? 0);
}

async function shortageAlerts(walk) {
  const request = { kind: "ALERT_KIND_SHORTAGE_UNRESOLVED" };
  return (await walk.ask("planning.v1.AlertService/ListAlerts", request)).alerts ?? [];
}

/** From the alert in two clicks: stock, alert and journey change together. */
export async function resolve(walk) {
  const { page } = walk;
  const journey = () =>
    walk.ask("shipments.v1.ShipmentService/GetJourney", { shipmentId: "shipment-2" });
  const before = await usable(walk, "changyuan");
  const events = JSON.stringify(await journey());
  await walk.open("now");
  await page.getByRole("button", { name: "Check again" }).click();
  const alert = page.locator('tbody a[href="#/shortages/shipment-2"]');
  await alert.waitFor();
  walk.clicks = 0;
  await walk.click(alert);
  await page.getByLabel("How it is known").fill("they were behind the flour");
  await walk.look("desk-shortages-en");
  await walk.click(page.getByRole("button", { name: "Found", exact: true }));
  await page.getByText("Resolved:").waitFor();
  walk.done("resolve a shortage", 2);
  const more = (await usable(walk, "changyuan")) - before;
  walk.expect(more === 2000, `the stock changed by ${more} g, not by 2000`);
  walk.expect((await shortageAlerts(walk)).length === 0, "the alert of the shortage stays");
  walk.expect(JSON.stringify(await journey()) !== events, "the journey does not tell it");
}

/** The figures of a column of a CSV file, and its sum. */
function columnSum(csv, column) {
  const rows = csv.trim().split("\r\n").slice(1);
  return rows.reduce((sum, row) => sum + Number(row.split(",")[column]), 0);
}

/** From a table of lots in one click: picture, tables that add up, CSV, PNG, print. */
export async function trace(walk) {
  const { page } = walk;
  await walk.open("purchases");
  const lot = page.getByRole("link", { name: "SAMPLE-25A" });
  await lot.waitFor();
  await walk.click(lot);
  await page.locator(".sankey").waitFor();
  walk.done("trace a lot", 1);
  await walk.look("desk-trace-en");
  const shown = await page.locator(".sum").innerText();
  const values = [...shown.matchAll(/([\d,.]+) (k?g)/g)].map(
    ([, value, unit]) => Number(value.replace(/,/g, "")) * (unit === "kg" ? 1000 : 1),
  );
  const [came, ...became] = values;
  const sum = became.reduce((all, value) => all + value, 0);
  walk.expect(Math.round(came) === Math.round(sum), `the lot does not add up: ${shown}`);
  const exports = page.getByRole("button", { name: "Export CSV" });
  const schools = await walk.file(exports.nth(1));
  walk.expect(schools.subarray(0, 3).toString("hex") === "efbbbf", "the CSV has no BOM");
  const foot = await page.locator("tfoot").nth(0).locator("td").nth(1).innerText();
  const servings = columnSum(schools.toString(), 1);
  walk.expect(String(servings) === foot.replace(/,/g, ""), `CSV ${servings}, screen ${foot}`);
  const days = (await walk.file(exports.nth(2))).toString();
  walk.expect(columnSum(days, 3) === servings, "class records and schools differ in servings");
  const png = await walk.file(page.getByRole("button", { name: "Save as PNG" }));
  walk.expect(png.subarray(1, 4).toString() === "PNG", "the picture is no PNG");
  await page.getByRole("button", { name: "Print" }).click();
  walk.expect((await page.evaluate(() => window.prints)) > 0, "nothing was printed");
}

/** From a table of lots in three clicks; then notices, who heard, and the end of it. */
export async function recall(walk) {
  const { page } = walk;
  await walk.open("purchases");
  const lot = page.getByRole("link", { name: "SAMPLE-25B" });
  await lot.waitFor();
  await walk.click(lot);
  await walk.click(page.getByRole("link", { name: "Recall this lot" }));
  await page.getByLabel("Reason").fill("authority notice 2026-17");
  await walk.look("desk-recall-lot-en");
  await walk.click(page.getByRole("button", { name: "Recall now" }));
  await page.getByText(/places?, .* bags?, .* child/).waitFor();
  walk.done("recall", 3);
  const recallId = decodeURIComponent(page.url().split("/").pop());
  const list = await walk.ask("trace.v1.RecallListService/GetRecallList", { recallId });
  const children = list.places.reduce((sum, place) => sum + Number(place.children ?? 0), 0);
  const shown = await page.locator(".sum").innerText();
  walk.expect(shown.includes(`${children} child`), `${children} children, but "${shown}"`);
  const before = await page.evaluate(() => window.prints);
  await page.getByRole("button", { name: /Print the notices/ }).click();
  await page.locator(".sheet").last().getByText("Recall notice").waitFor();
  const after = await page.evaluate(() => window.prints);
  walk.expect(after === before + 1, "the notices were not printed");
  const sheets = await page.locator(".sheet").count();
  walk.expect(sheets === list.places.length, `${sheets} notices for ${list.places.length} places`);
  await page.getByRole("button", { name: "Record that it heard" }).first().click();
  await page.getByLabel("Who was spoken to").fill("Teacher Li");
  await walk.look("desk-recall-en");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText(/; 1 heard of it/).waitFor();
  await page.getByLabel("Why it is lifted").fill("the notice was withdrawn");
  await page.getByLabel("The milk may be drunk again").check();
  await page.getByRole("button", { name: "Lift the recall" }).click();
  await page.getByText("lifted ·").waitFor();
}

/** Days left, and a suggestion that becomes a shipment, what expires first first. */
export async function plan(walk) {
  const { page } = walk;
  await walk.open("planning");
  await page.locator("svg").waitFor();
  await walk.look("desk-planning-en");
  const days = await page.locator("tbody").first().locator("td").nth(1).innerText();
  const chart = await page.locator("svg").textContent();
  walk.expect(chart.includes(`${days} days`), `the table says ${days} days, the chart ${chart}`);
  walk.expect((await page.locator(".reasons li").count()) > 0, "suggestions have no reasons");
  const row = page.locator("tr", { has: page.getByRole("link", { name: "Ship it" }) }).first();
  const packs = await row.locator("td.number").innerText();
  await walk.click(row.getByRole("link", { name: "Ship it" }));
  await page.getByLabel("Packs to send").waitFor();
  const fields = await page.locator("form input").evaluateAll((all) => all.map((i) => i.value));
  const taken = fields
    .slice(fields.indexOf(packs) + 1)
    .reduce((sum, text) => sum + Number(text), 0);
  walk.expect(taken === Number(packs), `${taken} packs are taken of ${packs} suggested`);
}
