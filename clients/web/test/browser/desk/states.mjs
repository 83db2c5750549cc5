// The states of every view: nothing there, loading, an error, no network, no permission.

const kViews = [
  ["now", "stock", "shipments", "purchases", "counts/changyuan", "people", "planning", "recalls"],
  ["trace/1", "labels/1", "recall-lot/1", "shortages", "gifts/gift-2025-001", "stock/changyuan"],
  ["shipments/shipment-2", "new-shipment/chengdu/changyuan/1"],
].flat();

const connectError = (status, code) => (route) =>
  route.fulfill({
    status,
    contentType: "application/json",
    body: JSON.stringify({ code, message: "as the test says" }),
  });

/** What the network does, and what each view says then. */
const kStates = {
  offline: [(route) => route.abort(), "The server does not answer"],
  error: [connectError(500, "internal"), "That did not work: as the test says"],
  "no-permission": [connectError(403, "permission_denied"), "This account may not see or do this"],
  loading: [() => undefined, "Loading…"],
};

export async function states(walk) {
  const { page } = walk;
  let shown = 0;
  for (const [state, [answer, text]] of Object.entries(kStates)) {
    for (const view of kViews) {
      // The page itself stays: only calls are answered so.
      await page.goto(`${walk.base}/#/now`);
      await page.route("**/milkway.**", answer);
      await page.goto(`${walk.base}/#/${view === "now" ? "stock" : view}`);
      const says = page.getByText(text).first();
      await says.waitFor({ timeout: 10_000 }).then(
        () => shown++,
        () => walk.problems.push(`${view} ${state}: does not say "${text}"`),
      );
      if (view === "stock") await walk.look(`desk-${state}-en`);
      await page.unroute("**/milkway.**");
    }
  }
  await page.route("**/milkway.**", (route) => route.fulfill({ json: {} }));
  for (const view of ["stock", "shipments", "purchases", "people", "planning", "recalls"]) {
    await page.goto(`${walk.base}/#/${view === "stock" ? "now" : "stock"}`);
    await page.goto(`${walk.base}/#/${view}`);
    await page.getByText("Nothing is recorded.").first().waitFor({ timeout: 10_000 });
    shown++;
  }
  await walk.look("desk-empty-en");
  await page.unroute("**/milkway.**");
  console.log(`${shown} states of views`);
}
