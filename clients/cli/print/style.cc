#include "clients/cli/print/style.h"

namespace milkway::print {

absl::string_view Style() {
  return R"(:root {
  --ink: #22303c;
  --quiet: #5d6973;
  --accent: #2c5f6f;
  --line: #d5dadd;
  --frame: #b9a77c;
  --milk: #e9f0f2;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, Georgia, "Noto Serif",
    "Liberation Serif", serif;
  --sans: "Helvetica Neue", "Segoe UI", Arial, "Noto Sans", "Liberation Sans", sans-serif;
}
:lang(zh) {
  --serif: "Songti SC", "Noto Serif CJK SC", "Source Han Serif SC", STSong, SimSun, serif;
  --sans: "PingFang SC", "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", sans-serif;
}
@page { size: A4; margin: 14mm; }
@page report {
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; color: #5d6973; }
}
* { box-sizing: border-box; }
html { background: #eceeef; }
body {
  margin: 0; color: var(--ink); font: 9.5pt/1.5 var(--sans);
  font-variant-numeric: lining-nums; -webkit-print-color-adjust: exact; print-color-adjust: exact;
}
.page { width: 210mm; max-width: 100%; min-height: 297mm; margin: 0 auto; padding: 14mm; background: #fff; }
.page + .page { margin-top: 8mm; }
.frame {
  display: flex; flex-direction: column; justify-content: space-between;
  min-height: 268mm; gap: 2mm;
  padding: 6mm 11mm 5mm; position: relative; border: .5mm solid var(--frame);
}
.frame::before {
  content: ""; position: absolute; inset: 1.1mm; border: .15mm solid var(--frame); pointer-events: none;
}
.emblem { display: block; width: 13mm; height: 13mm; margin: 0 auto 1.5mm; }
.emblem .milk { fill: var(--milk); }
.emblem .glass { fill: none; stroke: var(--accent); stroke-width: 1.4; stroke-linejoin: round; }
header { text-align: center; }
header p { margin: 0; color: var(--quiet); }
.programme { font-size: 8.5pt; letter-spacing: .08em; }
h1 { margin: 2mm 0 1mm; font: 400 27pt/1.2 var(--serif); letter-spacing: .01em; }
h1:lang(zh) { letter-spacing: .12em; text-indent: .12em; }
.gift h1 { font-size: 20pt; }
header .of { font: 400 12.5pt/1.4 var(--serif); color: var(--ink); overflow-wrap: anywhere; }
h2 { margin: 0 0 1mm; font: 600 9.5pt/1.4 var(--sans); color: var(--accent); }
.headline { margin: 0; text-align: center; color: var(--accent); }
.headline strong { display: block; font: 400 48pt/1.2 var(--serif); }
.headline span { font: 400 14pt/1.4 var(--serif); color: var(--ink); }
.beside { display: flex; justify-content: center; gap: 10mm; margin: 0; padding: 0; list-style: none; }
.beside li { flex: 0 1 auto; min-width: 40mm; max-width: 56mm; text-align: center; }
.beside strong { display: block; white-space: nowrap; font: 400 17pt/1.3 var(--serif); color: var(--accent); }
.beside .unit { font-size: 11pt; }
.beside li > span { display: block; color: var(--quiet); line-height: 1.35; text-wrap: balance; }
.columns { display: grid; grid-template-columns: 1.35fr 1fr; gap: 12mm; align-items: start; }
.columns > table:only-child { grid-column: 1 / -1; }
table { width: 100%; border-collapse: collapse; font-size: 9pt; line-height: 1.35; }
caption { padding: 0 0 1mm; text-align: left; font: 600 9.5pt/1.4 var(--sans); color: var(--accent); }
th, td { padding: .65mm 0; border-bottom: .15mm solid var(--line); font-weight: 400; vertical-align: baseline; }
th { text-align: left; }
td, thead th + th { padding-left: 3mm; text-align: right; font-variant-numeric: lining-nums tabular-nums; }
thead th { white-space: nowrap; color: var(--quiet); font-size: 8pt; vertical-align: bottom; border-bottom-color: var(--quiet); }
tfoot th, tfoot td, tr.sum th, tr.sum td { font-weight: 600; }
.money tr:nth-child(n + 2):nth-child(-n + 5) th { padding-left: 3mm; }
.lots { font-size: 8.5pt; }
.lots td { width: 11.5%; }
.lots th:first-child { min-width: 30mm; }
thead { display: table-header-group; }
tfoot { display: table-row-group; }
tr, figure, li, header, .headline, .beside { break-inside: avoid; }
caption, h1, h2 { break-after: avoid; }
data, time, .money { white-space: nowrap; }
.name {
  display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; overflow-wrap: anywhere;
}
.small { font-size: 8pt; line-height: 1.4; color: var(--quiet); }
.small p, .small ul, .small ol { margin: 0; padding: 0; }
.small p { text-wrap: pretty; }
.small p + p { margin-top: .6mm; }
.small ol { list-style: none; }
.small h2 { margin-bottom: .4mm; font-size: 8.5pt; }
code {
  display: block; margin: 0 0 .6mm; font: 8pt/1.35 ui-monospace, Consolas, "Liberation Mono", monospace;
  color: var(--ink); overflow-wrap: anywhere;
}
footer { text-align: center; color: var(--quiet); font-size: 8.5pt; }
footer p { margin: 0; }
.notice { margin: auto; max-width: 120mm; text-align: center; }
.notice strong { display: block; margin-bottom: 3mm; font: 400 16pt/1.4 var(--serif); color: var(--accent); }
.report { page: report; }
.report > * + * { margin-top: 6mm; }
.report > table + .small { margin-top: 2mm; }
.report footer { margin-top: 8mm; }
.years td, .years thead th + th { width: 31mm; }
.years td:nth-child(3) { font-weight: 600; color: var(--accent); }
.chart-beside { display: grid; grid-template-columns: 78mm 1fr; gap: 9mm; align-items: start; }
.chart-above .publications { margin-top: 8mm; break-before: page; }
.chart-beside .small, .chart-above .small { margin-top: 4mm; }
.publications { font-size: 8pt; line-height: 1.2; }
.publications th, .publications td { padding-top: .35mm; padding-bottom: .35mm; }
.publications thead th { font-size: 7.5pt; }
figure { margin: 0; }
figcaption { font: 600 9.5pt/1.4 var(--sans); color: var(--accent); padding-bottom: 1mm; }
.chart { display: block; width: 100%; height: auto; }
.chart .bar { fill: var(--accent); }
.chart .grid { stroke: var(--line); stroke-width: .6; }
.chart .zero { stroke: var(--quiet); stroke-width: .8; }
.chart text { font: 10px var(--sans); fill: var(--quiet); }
.chart .month { text-anchor: middle; }
.chart .scale { text-anchor: end; }
@media print {
  html { background: none; }
  .page { width: auto; min-height: 0; margin: 0; padding: 0; }
  .page + .page { margin: 0; break-before: page; }
}
)";
}

}  // namespace milkway::print
