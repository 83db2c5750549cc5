// The desk without a mouse: what has the focus is always to be seen, and every control is
// reached with the Tab key.

/** What has the focus: its name, and whether it can be seen. */
function focused(page) {
  return page.evaluate(() => {
    const it = document.activeElement;
    const box = it.getBoundingClientRect();
    const at = document.elementFromPoint(
      Math.min(innerWidth - 1, Math.max(0, box.left + Math.min(box.width, 30) / 2)),
      Math.min(innerHeight - 1, Math.max(0, box.top + Math.min(box.height, 30) / 2)),
    );
    const label = it.closest("label")?.querySelector("span")?.textContent ?? "";
    return {
      name: it.getAttribute("aria-label") || label || it.textContent || it.tagName,
      seen: it === document.body || it.contains(at) || at?.contains(it) === true,
    };
  });
}

/** Goes with Tab to the control whose name begins so, or fits. */
async function tabTo(walk, name) {
  for (let i = 0; i < 150; i++) {
    await walk.page.keyboard.press("Tab");
    const at = await focused(walk.page);
    if (!at.seen) walk.problems.push(`keyboard: the focus on "${at.name}" is hidden`);
    if (name instanceof RegExp ? name.test(at.name) : at.name.startsWith(name)) return;
  }
  throw new Error(`keyboard: "${name}" is not reached`);
}

/** Both ways to use a control by its name, keys only. */
function hands(walk) {
  const { keyboard: keys } = walk.page;
  return {
    keys,
    type: async (name, text) => {
      await tabTo(walk, name);
      await keys.type(text);
    },
    press: async (name) => {
      await tabTo(walk, name);
      await keys.press("Enter");
    },
  };
}

/** Opens a view as somebody who comes to it anew: the focus is at its beginning. */
async function arrive(walk, address, button) {
  await walk.open(address);
  await walk.page.reload();
  await walk.page.getByRole("button", { name: button }).first().waitFor();
}

/** Ships, counts, invites and prints labels: keys only. */
async function dailyWork(walk, id) {
  const { page } = walk;
  const { type, press } = hands(walk);
  await arrive(walk, "shipments", "New shipment");
  await press("New shipment");
  await type("Shipment", `keys-${id}`);
  await type("From", "AAV");
  await type("To", "Pengan");
  await page.getByLabel(new RegExp(`K-${id}`)).waitFor();
  await type(new RegExp(`K-${id}`), "2");
  await press("Save as draft");
  await page.getByRole("button", { name: "Dispatch now" }).waitFor();
  await press("Dispatch now");
  const why = page.getByLabel(/Why does stock/);
  await Promise.race([why.waitFor(), page.getByText(/· in transit/).waitFor()]);
  if (await why.isVisible()) {
    await type("Why does stock", "by the keyboard");
    await press("Dispatch now");
  }
  await page.getByText(/· in transit/).waitFor();

  await walk.open("counts");
  await page.reload();
  await page.getByRole("combobox", { name: "Place", exact: true }).waitFor();
  await type("Place", "AAV");
  await press("New count");
  await page.getByLabel("Full packs").first().waitFor();
  await type("Full packs", "5");
  await press("Save");
  await page.getByText(/g$/).first().waitFor();

  await arrive(walk, "people", "New invite");
  await press("New invite");
  await type("Id", `keys-${id}`);
  await type("Id of the school", "changyuan");
  await press("Make the link");
  await page.getByText("shown once").first().waitFor();
  console.log("keyboard: a shipment, a count and an invite without a mouse");
}

/** Records a purchase, finds its lot, recalls it and lifts that; then the daily work: keys only. */
export async function keyboard(walk, id) {
  const { page } = walk;
  const { keys, type, press } = hands(walk);
  await arrive(walk, "purchases", "New purchase");
  await press("New purchase");
  await type("Purchase", `keys-${id}`);
  await type("Bought on", "01112026");
  await type("Supplier", "D");
  await keys.press("ArrowDown");
  await type("To", "AAV");
  await type("Product", "D");
  await type("Lot number", `K-${id}`);
  await type("Best before", "01032028");
  await type("Packs", "7");
  await type("Price", "9.5");
  await press("Save");
  await page.getByText(`Saved: keys-${id}`).waitFor();
  await dailyWork(walk, id);
  await keys.press("Control+k");
  await page.getByRole("combobox", { name: /Lots, purchases/ }).waitFor();
  await keys.type(`K-${id}`);
  await page.getByRole("option").first().waitFor();
  await keys.press("Enter");
  await page.locator(".sankey").waitFor();
  await press("QR labels");
  await page.getByRole("button", { name: "Make and print" }).waitFor();
  await press("Make and print");
  await page.getByText(/^(\d+) of \1 labels$/).waitFor();
  await page.goBack();
  await page.locator(".sankey").waitFor();
  await press("Recall this lot");
  await page.getByRole("button", { name: "Recall now" }).waitFor();
  await type("Reason", "by the keyboard");
  await press("Recall now");
  await page.getByRole("button", { name: "Lift the recall" }).waitFor();
  await type("Why it is lifted", "by the keyboard");
  await press("Lift the recall");
  await page.getByText("lifted ·").waitFor();
  console.log("keyboard: a purchase, a find, labels, a recall and its end without a mouse");
}
