// Makes public/share.png, the picture that previews of a gift's link show (1200 × 630). Run by hand
// when it shall look different: node scripts/share_picture.mjs
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const file = join(dirname(fileURLToPath(import.meta.url)), "..", "public", "share.png");
const page = `<!doctype html><meta charset="utf-8"><style>
  body { margin: 0; width: 1200px; height: 630px; background: #f4f8fb; color: #16384f;
         font-family: "Noto Sans CJK SC", "Noto Sans SC", sans-serif; position: relative; }
  h1 { position: absolute; left: 90px; top: 90px; margin: 0; font-size: 84px; }
  p { position: absolute; left: 90px; top: 215px; margin: 0; font-size: 38px; color: #3d627c; }
  svg { position: absolute; left: 90px; top: 330px; }
</style>
<h1>一份礼物的旅程</h1><p>The journey of a gift — from the purchase to the cup</p>
<svg width="1020" height="220" viewBox="0 0 1020 220">
  <path d="M60 110H890" stroke="#1f5f8b" stroke-width="10"/>
  <g fill="#f4f8fb" stroke="#1f5f8b" stroke-width="10">
    <circle cx="60" cy="110" r="34"/><circle cx="360" cy="110" r="34"/><circle cx="660" cy="110" r="34"/>
  </g>
  <path d="M890 60h120l-16 110h-88z" fill="#fff" stroke="#1f5f8b" stroke-width="10" stroke-linejoin="round"/>
  <path d="M897 95h106l-10 70h-86z" fill="#1f5f8b" opacity="0.25"/>
</svg>`;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
const shown = await browser.newPage({ viewport: { width: 1200, height: 630 } });
await shown.setContent(page);
await shown.screenshot({ path: file });
await browser.close();
