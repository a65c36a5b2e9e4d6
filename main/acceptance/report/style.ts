/** The style of the report: prints on A4, reads in the sun, needs no font that is not there. */
export const reportStyle = `
:root { color-scheme: light; --ink: #16202c; --dim: #51606f; --line: #c9d2dc; --good: #0a6b2d; --bad: #b3151b; --open: #8a5300; --mark: #fff3c9; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 1.5rem; color: var(--ink); background: #fff; font: 15px/1.5 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.15rem; margin: 1.75rem 0 .5rem; border-bottom: 2px solid var(--ink); }
h3 { font-size: 1rem; margin: 0; display: inline; }
.en { color: var(--dim); }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .3rem .5rem; border: 1px solid var(--line); }
th { background: #eef2f6; font-weight: 600; }
.facts th { width: 16rem; } .columns { display: flex; flex-wrap: wrap; gap: 1.5rem; align-items: flex-start; } .columns > * { flex: 1 1 20rem; min-width: 0; } .columns > figure { flex: 0 0 auto; }
.verdict { font-weight: 700; white-space: nowrap; } td.verdict, th.verdict { width: 9.5rem; white-space: normal; }
.passed { color: var(--good); } .failed { color: var(--bad); } .inconclusive { color: var(--open); } .skipped { color: var(--dim); }
.counts { font-size: 1.1rem; display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin: .5rem 0; }
.narrow { width: 4rem; } .section { width: 6.5rem; } .time { width: 5.5rem; text-align: right; }
details { border: 1px solid var(--line); margin: .5rem 0; padding: .4rem .75rem; } summary { cursor: pointer; }
dl { display: grid; grid-template-columns: minmax(8rem, 12rem) 1fr; gap: .25rem .75rem; margin: .5rem 0; } dt { font-weight: 600; } dd { margin: 0; min-width: 0; }
ol, ul { margin: 0; padding-left: 1.25rem; }
pre { font: 13px/1.45 ui-monospace, Consolas, "Noto Sans Mono CJK SC", monospace; background: #f5f7f9; border: 1px solid var(--line); padding: .5rem; margin: .25rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
mark { background: var(--mark); color: inherit; font-weight: 600; }
figure { margin: 0; } figcaption { font-size: .9rem; color: var(--dim); max-width: 14rem; }
.qr { width: 11rem; height: 11rem; display: block; } .chart { width: 100%; max-width: 44rem; height: auto; display: block; }
.chart text { font-size: 11px; fill: var(--ink); } .chart .grid { stroke: var(--line); } .chart polyline { fill: none; stroke-width: 2; }
.chart polyline.rssi { stroke: #0b57d0; } .chart polyline.rsrp { stroke: #b3151b; } .chart polyline.snr { stroke: #0a6b2d; } .chart circle.rssi { fill: #0b57d0; } .chart circle.rsrp { fill: #b3151b; } .chart circle.snr { fill: #0a6b2d; }
.chart text.rssi { fill: #0b57d0; } .chart text.rsrp { fill: #b3151b; } .chart text.snr { fill: #0a6b2d; }
.boxes { display: flex; flex-wrap: wrap; gap: 1.5rem; } .boxes div { flex: 1 1 18rem; border: 1px solid var(--ink); min-height: 7rem; padding: .5rem; display: flex; flex-direction: column; justify-content: space-between; }
@media print { body { padding: 0; max-width: none; font-size: 11px; } details { break-inside: avoid-page; } pre { font-size: 9.5px; } tr, .boxes div { break-inside: avoid; } }
`;
