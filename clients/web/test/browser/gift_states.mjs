// What the gift's door shows when there is nothing, when something fails, and to whom it may not
// be shown.
import { checkView } from "./page.mjs";

const kSmallPx = 320;

const shows = (page, text) => page.getByText(text).first().waitFor();

/** 200 % zoom on a phone: nothing is wider than the window. */
async function zoom(page, problems) {
  await page.setViewportSize({ width: kSmallPx, height: 568 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  if (wide > kSmallPx) problems.push(`the page is ${wide} px wide at ${kSmallPx}`);
  await page.setViewportSize({ width: 360, height: 740 });
}

/** While it is being read, and when a part cannot be. */
async function loadSlowlyAndInPart(page, base, problems) {
  let letGo;
  const held = new Promise((resolve) => {
    letGo = resolve;
  });
  await page.route("**/ListGiftStatements", async (route) => {
    await held;
    await route.continue();
  });
  await page.route("**/GetGiftJourney", (route) => route.abort());
  await page.goto(base);
  await shows(page, "Loading");
  letGo();
  await shows(page, "cups of milk");
  await shows(page, "Try again");
  await checkView(page, "gift-partial-en", problems);
  await page.unroute("**/GetGiftJourney");
  await page.getByRole("button", { name: "Try again" }).click();
  await shows(page, "The way of the milk");
  await page.unroute("**/ListGiftStatements");
}

/** No network for a check: said, and mended by trying again; something newer was published. */
async function checkInVain(context, page) {
  await context.setOffline(true);
  await page.getByRole("button", { name: "Check now" }).click();
  await page.locator(".notice.error").waitFor();
  await context.setOffline(false);
  await page.getByRole("button", { name: "Check now" }).click();
  await shows(page, "Proved");
  await page.route("**/GetGiftProof", async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    body.statement.publication.publication = "99";
    await route.fulfill({ response: answer, json: body });
  });
  await page.getByRole("button", { name: "Check now" }).click();
  await shows(page, "Something newer was published");
  await page.unroute("**/GetGiftProof");
}

/** A gift before its first publication, and no gift. */
async function showNothing(page, base, problems) {
  const empty = { giftId: "gift-new", amount: { currencyCode: "AUD", minorUnits: "1000" } };
  for (const [name, statements, text] of [
    ["new", [empty], "Nothing is published yet"],
    ["none", [], "No gift of yours"],
  ]) {
    await page.route("**/ListGiftStatements", (route) => route.fulfill({ json: { statements } }));
    await page.route("**/GetGiftJourney", (route) => route.fulfill({ json: { journey: {} } }));
    await page.goto(base);
    await shows(page, text);
    await checkView(page, `gift-${name}-en`, problems);
    await page.unrouteAll();
  }
}

/** A link that opens nothing, and a session that is over. */
async function refuse(page, base, problems) {
  await page.goto(`${base}/gift/${"A".repeat(43)}`);
  await shows(page, "This link opens no gift");
  await checkView(page, "gift-gone-en", problems);
  await page.route("**/ListGiftStatements", (route) =>
    route.fulfill({ status: 401, json: { code: "unauthenticated", message: "sign in again" } }),
  );
  await page.goto(base);
  await page.locator("input[type=password]").waitFor();
}

/** Walks through the states; `page` is a signed-in donor's, in English. */
export async function walkStates(context, page, base, problems) {
  await zoom(page, problems);
  await loadSlowlyAndInPart(page, base, problems);
  await checkInVain(context, page);
  await showNothing(page, base, problems);
  await refuse(page, base, problems);
}
