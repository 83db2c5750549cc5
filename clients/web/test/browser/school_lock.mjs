// What protects a phone that is lost: the lock, names that stay on it, and what goes when its
// person is locked out.
import { checkView } from "./page.mjs";
import { kPin, until } from "./phone.mjs";

const kIdleMs = 16 * 60_000;
const kTyped = "李小红";
const kOfServer = "王小明";

/** Names of all that the phone keeps but the outbox. */
function keptNames(tab) {
  return tab.evaluate(
    () =>
      new Promise((resolve) => {
        indexedDB.open("milkway").onsuccess = (event) => {
          const db = event.target.result;
          const request = db.transaction("kept").objectStore("kept").getAllKeys();
          request.onsuccess = () => {
            db.close();
            resolve(request.result);
          };
        };
      }),
  );
}

function outboxSize(tab) {
  return tab.evaluate(
    () =>
      new Promise((resolve) => {
        indexedDB.open("milkway").onsuccess = (event) => {
          const db = event.target.result;
          const request = db.transaction("outbox").objectStore("outbox").count();
          request.onsuccess = () => {
            db.close();
            resolve(request.result);
          };
        };
      }),
  );
}

const lockAgain = (phone) => phone.context.clock.fastForward(kIdleMs);
const field = (tab) => tab.getByLabel("输入 4 位密码");

/** A lock by time, also without a network; names behind it; five wrong tries. */
export async function lockAndNames({ phone, problems }) {
  const [tab] = phone.tabs;
  await tab.getByRole("button", { name: "更多" }).click();
  await tab.getByRole("button", { name: "姓名" }).click();
  await tab.getByRole("button", { name: "读取服务器上的姓名" }).click();
  await tab.getByText("读到 1 个姓名").waitFor();
  await tab.getByLabel("1 号", { exact: true }).fill(kTyped);
  await tab.getByRole("button", { name: "今天" }).click();
  const card = tab.locator('section.card[aria-label="1A"]');
  await card.getByRole("button", { name: "更改" }).click();
  for (const name of [kTyped, kOfServer]) await card.getByText(name).waitFor();
  await checkView(tab, "school-tiles-names-zh", problems);
  await card.getByRole("button", { name: "取消" }).click();

  await lockAgain(phone);
  await field(tab).waitFor();
  await checkView(tab, "school-locked-zh", problems);
  phone.network.down = true;
  await tab.reload();
  await field(tab).fill(kPin);
  await tab.locator(".days").waitFor();
  const leaked = phone.network.asked.filter((each) => each.includes(kTyped));
  if (leaked.length > 0) problems.push(`a name left the phone: ${leaked[0].slice(0, 80)}`);

  // Yesterday's 2A is recorded without a network, then the phone is in wrong hands.
  phone.back = 1;
  await phone.showDay(tab);
  if (!(await phone.recordAll("2A"))) throw new Error(`2A: ${await phone.text("2A")}`);
  await until("it is saved", async () => (await phone.text("2A")).includes("已存在手机上"));
  await phone.context.clock.fastForward(kIdleMs);
  for (let i = 4; i >= 0; i--) {
    await field(tab).fill("0000");
    if (i > 0) await tab.getByText(`还可以试 ${i} 次`).waitFor();
  }
  await tab.getByRole("button", { name: "登录" }).waitFor();
  const left = await keptNames(tab);
  if (left.join() !== "leaving") problems.push(`after five tries the phone keeps ${left.join()}`);
  const unsent = await outboxSize(tab);
  if (unsent !== 1) problems.push(`after five tries the outbox has ${unsent} in place of 1`);

  // With a network the session ends before anything is read.
  phone.network.down = false;
  await tab.reload();
  await tab.getByRole("button", { name: "登录" }).waitFor();
  const status = await tab.evaluate(async () => (await fetch("/session")).status);
  if (status !== 401) problems.push(`the session still answers ${status}`);
  phone.back = 0;
  return "locked after 15 minutes, opened offline, forgotten after 5 tries with 1 record kept";
}

/** Signs in once more by invite; what was kept is sent. Then the contact is disabled. */
export async function revoked({ system, phone, problems }) {
  const [tab] = phone.tabs;
  await tab.goto(`${phone.network.url}/i#${system.inviteAgain("li")}`);
  await tab.getByRole("button", { name: "接受邀请" }).click();
  await tab.getByLabel("4 位数字").fill(kPin);
  await tab.getByLabel("再输入一遍").fill(kPin);
  await tab.locator(".days").waitFor();
  await phone.allSent();
  // The milk came today; it was served yesterday.
  await tab.getByRole("button", { name: "确实发了" }).click();
  await phone.allSent();
  const versions = await system.versions("2A", 1);
  if (versions !== 1) problems.push(`the kept record is there ${versions} times`);
  system.command("person", "disable", "li");
  await until("the phone is told", async () => {
    await phone.context.clock.fastForward(310_000);
    // Time to answer, or the page gives up waiting.
    await tab.waitForTimeout(1_500);
    return tab.getByText("登录已经结束").isVisible();
  });
  await checkView(tab, "session-ended-zh", problems);
  const left = await keptNames(tab);
  if (left.length > 0) problems.push(`a revoked phone keeps ${left.join()}`);
  return "wiped at the next contact";
}
