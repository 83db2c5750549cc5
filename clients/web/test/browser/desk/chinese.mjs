// Every view of the desk in Chinese: nothing of the page's own stays in English.

const kViews = [
  "now",
  "planning",
  "stock",
  "shipments/shipment-2",
  "trace/1",
  "labels/1",
  "recall-lot/1",
  "recalls",
  "import",
  "gifts/gift-2025-001",
];

export async function chinese(walk) {
  const { page } = walk;
  await page.getByRole("button", { name: "中文" }).click();
  for (const view of kViews) {
    await walk.open(view);
    await page.getByText("正在读取…").waitFor({ state: "detached" });
    await page.locator("main h2").first().waitFor();
    await walk.look(`desk-${view.replace(/\W/g, "-")}-zh`);
  }
  await page.getByRole("button", { name: "English" }).click();
}
