/**
 * The style of the report: prints on A4, reads in the sun, needs no font that is not there. All sizes follow the one of
 * the root, so that paper has the proportions of the screen. On paper every case is unfolded, whatever it was on the screen.
 */
export const reportStyle = `
:root { color-scheme: light; font-size: 15px; --ink: #16202c; --dim: #51606f; --line: #c9d2dc; --good: #0a6b2d; --bad: #b3151b; --open: #8a5300; --mark: #fff3c9; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 1.5rem; color: var(--ink); background: #fff; font: 1rem/1.5 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif; overflow-wrap: anywhere; print-color-adjust: exact; }
p { margin: .25rem 0; } h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.15rem; margin: 1.5rem 0 .5rem; border-bottom: 2px solid var(--ink); }
h3 { font-size: 1rem; margin: 0; display: inline; }
.en { color: var(--dim); } .free { white-space: pre-wrap; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .3rem .5rem; border: 1px solid var(--line); }
th { background: #eef2f6; font-weight: 600; }
.facts th { width: 13rem; } .columns { display: flex; flex-wrap: wrap; gap: 1.5rem; align-items: flex-start; } .columns > * { flex: 1 1 20rem; min-width: 0; } .columns > figure { flex: 0 0 auto; }
.verdict { font-weight: 700; white-space: nowrap; } td .verdict { white-space: normal; overflow-wrap: normal; }
.passed { color: var(--good); } .failed { color: var(--bad); } .inconclusive { color: var(--open); } .skipped { color: var(--dim); }
.counts { font-size: 1.1rem; display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin: .5rem 0; }
.cases { table-layout: fixed; } .cases th, .cases td { padding: .3rem .4rem; }
.cases .narrow { width: 3.4rem; } .cases .section { width: 5.6rem; } .cases .verdict { width: 8.2rem; } .cases .time { width: 4.6rem; text-align: right; }
details { border: 1px solid var(--line); margin: .5rem 0; padding: .4rem .75rem; } summary { cursor: pointer; }
dl { display: grid; grid-template-columns: minmax(6rem, 11rem) minmax(0, 1fr); gap: .25rem .75rem; margin: .5rem 0; } dt { font-weight: 600; } dd { margin: 0; min-width: 0; }
ol, ul { margin: 0; padding-left: 1.25rem; }
pre { font: .87rem/1.45 ui-monospace, Consolas, "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace; background: #f5f7f9; border: 1px solid var(--line); padding: .5rem; margin: .25rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
mark { background: var(--mark); color: inherit; font-weight: 600; }
figure { margin: 0; } figcaption { font-size: .9rem; color: var(--dim); } .columns figcaption { max-width: 11rem; }
.qr { width: 11rem; height: 11rem; display: block; } .chart { width: 100%; max-width: 50rem; height: auto; display: block; }
.chart text { font-size: 11px; fill: var(--ink); } .chart .axis { fill: var(--dim); } .chart .grid { stroke: var(--line); } .chart polyline, .chart .sample { fill: none; stroke-width: 2; }
.chart .rssi { stroke: #0b57d0; } .chart .rsrp { stroke: #b3151b; } .chart .snr { stroke: #0a6b2d; }
.chart circle.rssi { fill: #0b57d0; } .chart circle.rsrp { fill: #b3151b; } .chart circle.snr { fill: #0a6b2d; }
.boxes { display: flex; flex-wrap: wrap; gap: 1.5rem; } .boxes div { flex: 1 1 15rem; border: 1px solid var(--ink); min-height: 8rem; padding: .5rem; display: flex; flex-direction: column; justify-content: space-between; }
@media (max-width: 40rem) {
  body { padding: .75rem; } dl { grid-template-columns: minmax(0, 1fr); } .facts th { width: 9rem; }
  .cases, .cases tbody, .cases tr, .cases td { display: block; width: auto; } .cases thead { display: none; }
  .cases tr { border: 1px solid var(--line); margin: .5rem 0; padding: .25rem; } .cases td { border: 0; padding: 0 .25rem; }
  .cases td.narrow, .cases td.section, .cases td.verdict, .cases td.time { display: inline-block; width: auto; }
}
@media print {
  :root { font-size: 10.5px; } body { padding: 0 1px; max-width: none; }
  h1, h2, summary { break-after: avoid; break-inside: avoid; } thead { display: table-header-group; }
  tr, dt, figure, .whole, .boxes div { break-inside: avoid; } p, pre, li { orphans: 3; widows: 3; }
  dl { display: block; } dt { margin-top: .35rem; break-after: avoid; } dd { margin-left: 1rem; }
  summary { list-style: none; } details::details-content { content-visibility: visible; display: block; }
}
`;
