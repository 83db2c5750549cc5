// A phone with the school's page in one or two tabs, behind a network of its own, as a test
// handles it: by its buttons, and quickly.
import { person } from "./page.mjs";
import { Network } from "./system.mjs";

/** Longer than a record waits to be taken back, in milliseconds. */
export const kPastUndoMs = 11_000;

/** Runs `body` again until it answers something true, for at most `ms`. */
export async function until(what, body, ms = 20_000) {
  const end = Date.now() + ms;
  for (;;) {
    const found = await body();
    if (found) return found;
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

export const kPin = "2580";

/** Chooses the PIN of a phone. */
export async function choosePin(tab) {
  await tab.getByLabel("4 位数字").fill(kPin);
  await tab.getByLabel("再输入一遍").fill(kPin);
  await tab.locator(".gate").waitFor({ state: "detached" });
}

/** Types the PIN if the page asks for it. */
async function unlock(tab) {
  const asked = await tab.evaluate(() => document.querySelector(".gate") !== null);
  if (!asked) return;
  await tab.getByLabel("输入 4 位密码").fill(kPin);
  await tab.locator(".gate").waitFor({ state: "detached" });
}

/** In the page: presses the first button of a class whose text has one of `texts`. */
function pressIn({ className, texts }) {
  const card = document.querySelector(`section.card[aria-label="${className}"]`);
  const button = [...(card?.querySelectorAll("button") ?? [])].find(
    (each) => !each.disabled && texts.some((text) => each.textContent.includes(text)),
  );
  button?.click();
  return button !== undefined;
}

/** In the page: tiles of roster numbers; a tapped one changes between there and absent. */
function tapTiles({ className, places }) {
  const tiles = document.querySelectorAll(`section.card[aria-label="${className}"] .tile`);
  for (const place of places) tiles[place]?.click();
  return tiles.length > 0;
}

const frame = () => new Promise((resolve) => setTimeout(resolve, 0));

export class Phone {
  constructor(name, context, network) {
    this.name = name;
    this.context = context;
    this.network = network;
    this.tabs = [];
    /** Days before today that its tabs show. */
    this.back = 0;
    /** Records that its network saw when all was sent last. */
    this.seen = 0;
  }

  /** A phone whose person has taken up an invite. `offMs`: how wrong its clock is. */
  static async make({ name, browser, system, invite, problems, offMs = 0 }) {
    const network = await new Network(system).open();
    const context = await person(browser, "zh", problems);
    await context.clock.install({ time: Date.now() + offMs });
    // The worker's clock cannot be set: it would send what the page still holds.
    await context.addInitScript(() => {
      delete globalThis.ServiceWorkerRegistration?.prototype.sync;
    });
    const phone = new Phone(name, context, network);
    const tab = await context.newPage();
    await tab.goto(`${network.url}/i#${invite}`);
    await tab.getByRole("button", { name: "接受邀请" }).click();
    phone.tabs.push(tab);
    await choosePin(tab);
    await phone.ready(tab);
    return phone;
  }

  async ready(tab) {
    await until("the classes are shown", async () => {
      await unlock(tab);
      return tab.locator(".days").isVisible();
    });
    await this.showDay(tab);
  }

  async openTab() {
    const tab = await this.context.newPage();
    await tab.goto(this.network.url);
    this.tabs.push(tab);
    await this.ready(tab);
    return tab;
  }

  /** Closes a tab in the middle of whatever it does. */
  async closeTab(index) {
    await this.tabs.splice(index, 1)[0].close();
  }

  async reload(index = 0) {
    await this.tabs[index].reload();
    await this.ready(this.tabs[index]);
  }

  /** Shows the day `this.back` days before today, from whichever day is shown. */
  async showDay(tab) {
    await unlock(tab);
    await tab.evaluate(async (back) => {
      const step = () => document.querySelectorAll(".days button");
      while (!step()[1].disabled) {
        step()[1].click();
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
      for (let i = 0; i < back; i++) {
        step()[0].click();
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    }, this.back);
  }

  /** Presses a button of a class; false if there is none. */
  press(className, texts, tab = this.tabs[0]) {
    return tab.evaluate(pressIn, { className, texts });
  }

  async recordAll(className, tab = this.tabs[0]) {
    return this.press(className, ["人全到"], tab);
  }

  /** Records a class without those at some places of the roster. */
  async recordSome(className, places, tab = this.tabs[0]) {
    if (!(await this.press(className, ["有人没来"], tab))) return false;
    await tab.evaluate(frame);
    await tab.evaluate(tapTiles, { className, places });
    await tab.evaluate(frame);
    return this.press(className, ["喝了"], tab);
  }

  /** Changes a record: those at `places` are now there or now absent. */
  async change(className, places, tab = this.tabs[0]) {
    if (!(await this.press(className, ["更改"], tab))) return false;
    await tab.evaluate(frame);
    await tab.evaluate(tapTiles, { className, places });
    await tab.evaluate(frame);
    if (await this.press(className, ["改为"], tab)) return true;
    await this.press(className, ["取消"], tab);
    return false;
  }

  /** Lets its clock go on. */
  async later(ms = kPastUndoMs) {
    await this.context.clock.fastForward(ms);
    for (const tab of this.tabs) await unlock(tab);
  }

  /** What a class's card says. */
  text(className, tab = this.tabs[0]) {
    return tab.evaluate(
      (name) => document.querySelector(`section.card[aria-label="${name}"]`)?.innerText ?? "",
      className,
    );
  }

  /** Waits until a record went out and nothing is left to send; its clock goes on meanwhile. */
  async allSent() {
    await until(`${this.name}: all is sent`, async () => {
      await this.later();
      if (this.network.sent.length === this.seen) return false;
      const text = await this.tabs[0].evaluate(
        () => document.querySelector(".sent")?.textContent ?? "",
      );
      return text.includes("全部已送到");
    });
    this.seen = this.network.sent.length;
  }

  async close() {
    await this.context.close();
    this.network.close();
  }
}
