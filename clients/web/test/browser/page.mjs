// What the browser tests share: Debian's chromium, the checks of each view, and figures.

import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "playwright-core";

const results = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "test-results");
export const kWidths = [360, 768, 1440];

/** Starts the browser; /usr/bin/chromium unless CHROMIUM names another one. */
export function startBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"],
  });
}

/** A context of one person with a language; its pages fail the test on an error of a script. */
export async function person(browser, language, problems) {
  const context = await browser.newContext({
    viewport: { width: 360, height: 740 },
    locale: language === "zh" ? "zh-CN" : "en-AU",
    timezoneId: "Asia/Shanghai",
  });
  context.on("page", (page) => {
    page.on("pageerror", (error) => problems.push(`script: ${error.message}`));
    page.on("console", (message) => {
      const refused = /Content Security Policy|violates/.test(message.text());
      if (refused) problems.push(`console: ${message.text()}`);
    });
  });
  return context;
}

/** What lies over each other or is cut off: pairs of controls, and texts wider than their box. */
async function geometryProblems(page) {
  return page.evaluate(() => {
    const problems = [];
    const wide = document.documentElement.scrollWidth - window.innerWidth;
    if (wide > 0) problems.push(`the page is ${wide} px wider than the window`);
    const shown = [...document.querySelectorAll("main button, main input, main select, main a")]
      .filter((each) => each.getClientRects().length > 0)
      .filter((each) => each.closest(".table") === null);
    const boxes = shown.map((each) => each.getBoundingClientRect());
    for (let i = 0; i < boxes.length; i++) {
      const name = shown[i].textContent || shown[i].getAttribute("aria-label") || "input";
      if (shown[i].scrollWidth > shown[i].clientWidth + 1 && shown[i].tagName === "BUTTON") {
        problems.push(`"${name}" is cut off`);
      }
      for (let j = i + 1; j < boxes.length; j++) {
        const [a, b] = [boxes[i], boxes[j]];
        const x = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const y = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (x > 1 && y > 1) problems.push(`"${name}" lies over another control`);
      }
    }
    return problems;
  });
}

/** Takes pictures of a view at all widths, and checks accessibility and geometry at each. */
export async function checkView(page, name, problems) {
  mkdirSync(results, { recursive: true });
  for (const width of kWidths) {
    await page.setViewportSize({ width, height: width === 360 ? 740 : 900 });
    await page.screenshot({ path: join(results, `${name}-${width}.png`), fullPage: true });
    for (const found of await geometryProblems(page)) problems.push(`${name} ${width}: ${found}`);
    const { violations } = await new AxeBuilder({ page }).analyze();
    for (const { id, nodes } of violations) {
      const where = nodes.map((node) => node.target.join(" ")).join("; ");
      problems.push(`${name} ${width}: axe ${id}: ${where}`);
    }
  }
  await page.setViewportSize({ width: 360, height: 740 });
}

/** Ends a test: prints what was found; the process fails if there is something. */
export function end(problems) {
  for (const problem of problems) console.log(`PROBLEM ${problem}`);
  console.log(problems.length === 0 ? "no problem" : `${problems.length} problems`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
