// Finding, labels, importing, and what becomes of a draft: the desk's tools.
import decodeQR from "qr/decode.js";

/** 300 dots an inch, as labels are printed; a page has 96. */
const kPrintScale = 300 / 96;

/** The dots of a label's code as it is printed. */
async function printed(walk, browser) {
  const label = await walk.page
    .locator(".label svg")
    .first()
    .evaluate((svg) => svg.outerHTML);
  const context = await browser.newContext({ deviceScaleFactor: kPrintScale });
  const page = await context.newPage();
  await page.setContent(`<style>svg{width:12mm;height:12mm;display:block}</style>${label}`);
  const png = (await page.locator("svg").screenshot()).toString("base64");
  const dots = await page.evaluate(async (source) => {
    const image = new Image();
    image.src = `data:image/png;base64,${source}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.width, image.height];
    const drawing = canvas.getContext("2d");
    drawing.fillStyle = "#fff";
    drawing.fillRect(0, 0, image.width, image.height);
    drawing.drawImage(image, 0, 0);
    const { width, height, data } = drawing.getImageData(0, 0, image.width, image.height);
    return { width, height, data: [...data] };
  }, png);
  await context.close();
  return { ...dots, data: new Uint8Array(dots.data) };
}

/** From a table of lots in two clicks; 500 of them, cancelled once; read back at 12 mm. */
export async function labels(walk, browser) {
  const { page } = walk;
  await walk.open("purchases");
  const lot = page
    .locator("tr", { hasText: "SAMPLE-26C" })
    .getByRole("link", { name: "QR labels" });
  await lot.waitFor();
  await walk.click(lot);
  const make = page.getByRole("button", { name: "Make and print" });
  await make.waitFor();
  await walk.click(make);
  await page.getByText("140 of 140 labels").waitFor();
  walk.done("print labels", 2);
  await page.getByLabel("Number of labels").fill("500");
  await make.click();
  await page.getByText(/^\d+ of 500 labels$/).waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  walk.expect((await page.locator(".label").count()) === 0, "labels stay after cancelling");
  const began = Date.now();
  await make.click();
  await page.getByText("500 of 500 labels").waitFor();
  await make.and(page.locator(":enabled")).waitFor();
  console.log(`500 labels: ${Date.now() - began} ms`);
  const text = decodeQR(await printed(walk, browser));
  walk.expect(/^milkway:lot\/\d+\/1$/.test(text), `a label at 12 mm reads "${text}"`);
  console.log(`a label of 12 mm at 300 dpi reads ${text}`);
  await page.getByLabel("Number of labels").fill("20");
  await make.click();
  await page.getByText("20 of 20 labels").waitFor();
  await walk.look("desk-labels-en");
}

/** Files of `count` purchases; the third one has a line that is wrong. */
function purchaseFiles(id, count) {
  const all = Array.from({ length: count }, (_, i) => `${id}-${i + 1}`);
  const heads = all.map((each) => `${each},2026-11-01,supplier-dandenong,melbourne`);
  const lines = all.map(
    (each, i) =>
      `${each},devondale-instant-1kg,L-${each},,2028-01-31,${i === 2 ? "many" : 10},9.50,AUD`,
  );
  const head = "purchase_id,purchased_on,supplier_id,destination_id";
  const columns =
    "purchase_id,product_id,lot_number,manufactured_on,expires_on,packs,unit_price,currency";
  return [
    ["purchases.csv", [head, ...heads]],
    ["purchase_lines.csv", [columns, ...lines]],
  ].map(([name, rows]) => ({
    name,
    mimeType: "text/csv",
    buffer: Buffer.from(`\uFEFF${rows.join("\r\n")}\r\n`),
  }));
}

/** Progress, a stop, the rest at the second time; a bad row fails its purchase alone. */
export async function importing(walk, id) {
  const { page } = walk;
  await walk.open("import");
  await page.getByLabel("CSV files").setInputFiles(purchaseFiles(id, 30));
  await page.getByText("The files hold 30 purchases.").waitFor();
  // However fast the server is, there is time to stop it.
  await page.route("**/RecordPurchase", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 150));
    // What waits when this ends is sent on by the browser itself.
    await route.continue().catch(() => undefined);
  });
  await page.getByRole("button", { name: "Start the import" }).click();
  await page.getByText(/^\d+ of 30, 1 failed$/).waitFor();
  await page.getByRole("button", { name: "Stop" }).click();
  await page.unroute("**/RecordPurchase");
  await page.getByRole("button", { name: "Start the import" }).click();
  await page.getByText("30 of 30, 1 failed").waitFor();
  await page.getByText("purchase_lines.csv, line 4: “packs” cannot be “many”").waitFor();
  await walk.look("desk-import-en");
  const { lots = [] } = await walk.ask("inventory.v1.PurchaseService/ListLots", { pageSize: 1000 });
  const mine = lots.filter((lot) => lot.lotNumber.startsWith(`L-${id}-`)).length;
  walk.expect(mine === 29, `${mine} lots of 29 after an import that was stopped and repeated`);
}

/** A session that ends while somebody types: after signing in again the draft is there. */
export async function expiry(walk, name, password) {
  const { page } = walk;
  await walk.open("purchases");
  await page.getByRole("button", { name: "New purchase" }).click();
  await page.getByLabel("Purchase", { exact: true }).fill("typed-before-the-end");
  await page.context().clearCookies();
  await page.evaluate(() => {
    location.hash = "#/stock";
  });
  await page.getByLabel("Sign-in name").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.locator("nav").getByRole("link", { name: "Purchases" }).click();
  const typed = page.getByLabel("Purchase", { exact: true });
  await typed.waitFor();
  walk.expect((await typed.inputValue()) === "typed-before-the-end", "the draft is lost");
  await page.evaluate(() => localStorage.removeItem("milkway.purchase-draft"));
}

async function makeLots(walk, id, purchases) {
  for (let n = 1; n <= purchases; n++) {
    const lines = Array.from({ length: 500 }, (_, i) => ({
      productId: "devondale-instant-1kg",
      lotNumber: `F${n}-${i + 1}`,
      expiresOn: "2028-06-30",
      packs: "1",
      unitPrice: { currencyCode: "AUD", minorUnits: "950" },
    }));
    const purchase = {
      purchaseId: `find-${id}-${n}`,
      purchasedOn: "2026-11-02",
      supplierId: "supplier-dandenong",
      destinationId: "melbourne",
      lines,
    };
    const requestId = await walk.page.evaluate(() => crypto.randomUUID());
    await walk.ask("inventory.v1.PurchaseService/RecordPurchase", { requestId, purchase });
  }
}

/** Ctrl-K over ten thousand lots, without a mouse: each kind of thing, and how long it takes. */
export async function find(walk, id) {
  const { page } = walk;
  await makeLots(walk, id, 20);
  await walk.open("now");
  await page.reload();
  await page.getByRole("heading", { name: "Now" }).waitFor();
  const wanted = { "F17-499": "trace", "shipment-2": "shipments", changyuan: "stock" };
  Object.assign(wanted, {
    "gift-2025-001": "gifts",
    "purchase-2025": "purchases",
    admin: "people",
  });
  const times = [];
  for (const [text, view] of Object.entries(wanted)) {
    await page.keyboard.press("Control+k");
    const field = page.getByRole("combobox", { name: /Lots, purchases/ });
    await field.waitFor({ timeout: 60_000 });
    const ms = await field.evaluate(async (input, typed) => {
      const began = performance.now();
      input.value = typed;
      input.dispatchEvent(new InputEvent("input", { bubbles: true }));
      while (document.querySelector('[role="option"]') === null) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
      return performance.now() - began;
    }, text);
    times.push(Math.round(ms));
    if (view === "trace") await walk.look("desk-find-en");
    await field.press("Enter");
    await page.waitForURL(new RegExp(`#/${view}/`));
  }
  console.log(`find over 10,000 lots: ${times.join(", ")} ms of 200`);
}
