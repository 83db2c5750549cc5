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

/** Goes with Tab to the control whose name begins so. */
async function tabTo(walk, name) {
  for (let i = 0; i < 150; i++) {
    await walk.page.keyboard.press("Tab");
    const at = await focused(walk.page);
    if (!at.seen) walk.problems.push(`keyboard: the focus on "${at.name}" is hidden`);
    if (at.name.startsWith(name)) return;
  }
  throw new Error(`keyboard: "${name}" is not reached`);
}

/** Records a purchase, recalls its lot and lifts that, and prints its labels: keys only. */
export async function keyboard(walk, id) {
  const { page } = walk;
  const { keyboard: keys } = page;
  const type = async (name, text) => {
    await tabTo(walk, name);
    await keys.type(text);
  };
  const press = async (name) => {
    await tabTo(walk, name);
    await keys.press("Enter");
  };
  await walk.open("purchases");
  await page.reload();
  await page.getByRole("button", { name: "New purchase" }).waitFor();
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
  await keys.press("Control+k");
  await page.getByRole("combobox", { name: /Lots, purchases/ }).waitFor();
  await keys.type(`K-${id}`);
  await page.getByRole("option").first().waitFor();
  await keys.press("Enter");
  await page.locator(".sankey").waitFor();
  await press("Recall this lot");
  await page.getByRole("button", { name: "Recall now" }).waitFor();
  await type("Reason", "by the keyboard");
  await press("Recall now");
  await page.getByRole("button", { name: "Lift the recall" }).waitFor();
  await type("Why it is lifted", "by the keyboard");
  await press("Lift the recall");
  await page.getByText("lifted ·").waitFor();
  console.log("keyboard: a purchase, a find, a recall and its end without a mouse");
}
