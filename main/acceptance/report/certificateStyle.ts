/**
 * The style of the first page and of the band across every page of a practice. The band is an outline and no ground, so that
 * it stays legible in black and white and through a fax; it is content of the style, so that nobody copies it with the text.
 */
export const certificateStyle = `
.certificate { display: flex; flex-direction: column; padding-bottom: 1.5rem; }
.certificate .en { font-weight: 400; }
.certificate > header { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .5rem 2rem; padding-bottom: 1rem; border-bottom: 2px solid var(--ink); }
.certificate h1 { font-size: 2.1rem; line-height: 1.25; margin: 0; } .certificate h1 .en { display: block; font-size: 1.2rem; }
.certificate h1 [lang="zh-CN"] { display: block; }
.certificate header .number { text-align: right; color: var(--dim); } .certificate header .number b { display: block; color: var(--ink); font-size: 1.1rem; font-family: ui-monospace, Consolas, "DejaVu Sans Mono", monospace; }
.share-safe { display: inline-block; border: 1.5px dashed var(--ink); padding: 0 .5rem; color: var(--ink); font-weight: 700; }
.verdict-box { display: flex; align-items: center; gap: 1.75rem; margin: 1.4rem 0 1.2rem; padding: 1.1rem 1.75rem; border: 2px solid var(--ink); border-radius: 8px; }
.verdict-box.passed { border-color: var(--good); color: inherit; } .verdict-box.failed, .verdict-box.open { border-style: dashed; border-width: 3px; color: inherit; }
.sign { flex: none; width: 5rem; height: 5rem; border: .3rem solid var(--ink); border-radius: 50%; text-align: center; font-size: 3rem; line-height: 4.3rem; font-weight: 700; }
.passed .sign { border-color: var(--good); color: var(--good); }
.says { font-size: 1.6rem; line-height: 1.3; font-weight: 700; margin: 0; } .says .en { display: block; font-size: 1.1rem; font-weight: 400; color: var(--ink); } .more { color: var(--dim); margin: .3rem 0 0; } .more .en { display: block; }
.says [lang="zh-CN"] { display: block; }
.facts-row { display: flex; gap: 2rem; align-items: flex-start; margin-bottom: 1.2rem; } .facts-row > section { flex: 1 1 0; min-width: 0; } .facts-row > figure { flex: none; margin-top: 2.6rem; text-align: center; }
.facts-row figcaption { font-family: ui-monospace, Consolas, "DejaVu Sans Mono", monospace; } .facts-row .qr { width: 9rem; height: 9rem; }
.fields h2 { margin: 0 0 .6rem; border-bottom: 1px solid var(--ink); padding-bottom: .4rem; font-size: 1.1rem; }
.fields dl { display: block; margin: 0; } .fields dl > div { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: .75rem; margin-bottom: .5rem; }
.fields dt { margin: 0; font-weight: 400; line-height: 1.35; } .fields dt .en { display: block; font-size: .92em; } .fields dd { margin: 0; font-weight: 700; line-height: 1.35; font-variant-numeric: tabular-nums; } .fields small { display: block; font-size: .92em; font-weight: 400; color: var(--dim); } .fields small .en { margin-left: .5em; }
.nowrap { white-space: nowrap; }
.chapters { border-top: 2px solid var(--ink); border-bottom: 2px solid var(--ink); table-layout: fixed; }
.chapters th, .chapters td { border: 0; border-bottom: 1px solid var(--line); padding: .45rem .5rem; line-height: 1.35; background: none; } .chapters thead th { border-bottom-color: var(--ink); font-weight: 700; }
.chapters .en { display: block; font-size: .92em; } .chapters { overflow-wrap: normal; } .chapters .number { width: 5.8rem; } .chapters .count { width: 4.4rem; text-align: center; } .chapters .result { width: 7.2rem; text-align: center; } .chapters .found { width: 40%; overflow-wrap: anywhere; }
.chapters .name { display: none; } .chapters td.result > span { font-weight: 700; } .chapters .total td { font-weight: 700; border-bottom: 0; } .chapters .unfinished { color: var(--open); }
.signatures { display: flex; gap: 3rem; margin-top: auto; padding-top: 1.5rem; } .signatures > div { flex: 1 1 0; min-width: 0; } .who { font-weight: 700; margin: 0; padding-bottom: 4rem; border-bottom: 1.5px solid var(--ink); } .role { font-weight: 400; margin-left: .75rem; }
.below { display: flex; justify-content: space-between; gap: 1rem; } .below > span:last-child { min-width: 10rem; }
.unsigned { margin-top: auto; border: 2px dashed var(--ink); border-radius: 8px; padding: 1rem 1.75rem; } .unsigned .says { font-size: 1.2rem; } .unsigned p .en { display: block; } .unsigned .says .en { font-size: 1rem; }
.certificate > table + section { margin-top: auto; } .certificate > .unsigned { margin-top: 2rem; }
.certificate > footer { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .25rem 2rem; margin-top: 1.2rem; padding-top: .6rem; border-top: 1px solid var(--line); font-size: .87rem; color: var(--dim); }
.certificate > footer p { margin: 0; flex: 1 1 16rem; } .certificate > footer .en { display: block; } .certificate > footer .sum { flex: 0 1 28rem; text-align: right; font-family: ui-monospace, Consolas, "DejaVu Sans Mono", monospace; }
.band { position: fixed; inset: 0; display: flex; align-items: center; justify-content: center; overflow: clip; pointer-events: none; z-index: 1; }
.band::before { content: attr(data-words); font-size: min(10.5vw, 12rem); font-weight: 700; white-space: nowrap; letter-spacing: .05em; transform: rotate(-35deg); color: transparent; -webkit-text-stroke: 1.5px #7d8c9a; opacity: .55; }
@media screen and (max-width: 52rem) {
  .verdict-box { padding: .75rem; gap: .75rem; } .sign { width: 3.4rem; height: 3.4rem; font-size: 2rem; line-height: 2.8rem; } .certificate h1 { font-size: 1.5rem; } .says { font-size: 1.2rem; }
  .facts-row, .signatures { flex-direction: column; align-items: stretch; } .facts-row > figure { margin: 0; text-align: left; } .certificate header .number { text-align: left; }
  .chapters, .chapters tbody, .chapters tr, .chapters td { display: block; width: auto; } .chapters thead { display: none; } .chapters .en, .chapters .name { display: inline; } .chapters .name { color: var(--dim); }
  .chapters tr { padding: .4rem 0; border-bottom: 1px solid var(--line); } .chapters td, .chapters td.count, .chapters td.result, .chapters td.found, .chapters td.number { border: 0; padding: 0 .25rem; width: auto; text-align: left; }
  .chapters td.number, .chapters td.count, .chapters td.result { display: inline-block; } .chapters td.subject { display: block; } .certificate > footer .sum { text-align: left; }
}
@media print {
  .certificate { min-height: calc(100vh - 4px); padding: 0; break-after: page; } .certificate > .unsigned { margin-top: auto; } .evidence-head { break-before: auto; }
  .certificate header, .verdict-box, .facts-row, .chapters tr, .signatures, .unsigned { break-inside: avoid; }
}
`;
