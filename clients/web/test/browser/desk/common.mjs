// What the walks of the desk's tasks share.
import { readFileSync } from "node:fs";
import { checkView } from "../page.mjs";

const kDesk = { width: 1440, height: 900 };

/** A person at the desk: counts what is clicked, and says what does not fit. */
export class Walker {
  constructor(base, page, problems) {
    this.base = base;
    this.page = page;
    this.problems = problems;
    this.clicks = 0;
  }

  /** Says so if something is not as it must be. */
  expect(true_, text) {
    if (!true_) this.problems.push(text);
  }

  async click(target) {
    await target.click();
    this.clicks++;
  }

  /** Goes to a view by its address, and counts from there. */
  async open(address) {
    await this.page.goto(`${this.base}/#/${address}`);
    this.clicks = 0;
  }

  /** Prints the clicks of a task; more than `most` are a problem. */
  done(task, most) {
    console.log(`${task}: ${this.clicks} clicks of ${most}`);
    this.expect(this.clicks <= most, `${task} took ${this.clicks} clicks of ${most}`);
  }

  /** Looks at a view at all widths. */
  async look(name) {
    await checkView(this.page, name, this.problems);
    await this.page.setViewportSize(kDesk);
  }

  /** Calls a method as whoever is signed in: "trace.v1.TraceService/TraceLot". */
  ask(method, request) {
    return this.page.evaluate(
      async ([path, body]) => {
        const answer = await fetch(path, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        });
        const text = await answer.text();
        if (!answer.ok) throw new Error(`${path}: ${text}`);
        return JSON.parse(text);
      },
      [`/milkway.${method}`, request],
    );
  }

  /** The bytes of the file that a button saves. */
  async file(button) {
    const [download] = await Promise.all([this.page.waitForEvent("download"), button.click()]);
    return readFileSync(await download.path());
  }
}

/** How often the page asked to print; the browser itself prints nothing. */
export async function countPrints(page) {
  await page.addInitScript(() => {
    window.prints = 0;
    window.print = () => {
      window.prints++;
      window.dispatchEvent(new Event("afterprint"));
    };
  });
}
