// How much the first visit loads, and how long it takes on a weak network and an old phone.
import { choosePin, kPin } from "./phone.mjs";

const kSlowNetwork = {
  offline: false,
  latency: 600,
  downloadThroughput: 50_000 / 8,
  uploadThroughput: 50_000 / 8,
};

async function visit(context, url, pin) {
  const page = await context.newPage();
  const control = await context.newCDPSession(page);
  await control.send("Network.enable");
  await control.send("Network.emulateNetworkConditions", kSlowNetwork);
  await control.send("Emulation.setCPUThrottlingRate", { rate: 6 });
  const started = Date.now();
  await page.goto(url, { waitUntil: "commit" });
  await page.locator(".gate, .days").first().waitFor({ timeout: 60_000 });
  const shown = Date.now() - started;
  await pin(page);
  await page.locator("section.card h2").first().waitFor({ timeout: 60_000 });
  return { page, shown, ready: Date.now() - started };
}

/** Bytes of the page and of the files that it loaded; not of those that its worker keeps. */
async function pageBytes(page, network) {
  const paths = await page.evaluate(() =>
    performance.getEntriesByType("resource").map((each) => new URL(each.name).pathname),
  );
  return ["/", ...new Set(paths)].reduce((sum, path) => sum + (network.files.get(path) ?? 0), 0);
}

/** The first visit and a later one of somebody who is signed in. */
export async function firstLoad({ browser, phone, problems }) {
  const { cookies } = await phone.context.storageState();
  const context = await browser.newContext({
    locale: "zh-CN",
    viewport: { width: 360, height: 740 },
    storageState: { cookies, origins: [] },
  });
  const { network } = phone;
  const before = network.bytes;
  let shell = 0;
  const first = await visit(context, network.url, async (page) => {
    shell = await pageBytes(page, network);
    await choosePin(page);
  });
  const all = network.bytes - before;
  await first.page.evaluate(() => navigator.serviceWorker.ready);
  await first.page.waitForTimeout(2_000);
  const kept = network.bytes - before;
  await first.page.close();
  const again = await visit(context, network.url, async (page) => {
    if (await page.locator(".gate").isVisible()) {
      await page.getByLabel("输入 4 位密码").fill(kPin);
    }
  });
  await context.close();
  if (shell > 40_000) problems.push(`the first load has ${shell} bytes`);
  return [
    `${shell} bytes of the page, heads included, ${all} with the school's figures, ${kept} with all that is kept`,
    `at 50 kbit/s, 600 ms, CPU/6 the page after ${first.shown} ms, the classes after ${first.ready} ms`,
    `again: the classes after ${again.ready} ms`,
  ].join("; ");
}
