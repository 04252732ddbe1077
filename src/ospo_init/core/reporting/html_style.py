"""The style sheet of the HTML report: light and dark, narrow and wide, screen and paper. It loads nothing."""

STYLE = """
:root {
  color-scheme: light dark;
  --page: #ffffff; --ink: #1d2329; --soft: #4c5661; --line: #c9d0d7; --panel: #f4f6f8; --link: #0b57a4;
  --fail: #b3261e; --unknown: #8a4b00; --person: #0b57a4; --waived: #6b3fa0; --pass: #1e6b34; --na: #5f6872;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14181c; --ink: #e8ebee; --soft: #b3bcc5; --line: #3c454e; --panel: #1d2329; --link: #8cc2ff;
    --fail: #ff9a91; --unknown: #ffbe6b; --person: #8cc2ff; --waived: #cfb0ff; --pass: #86d99c; --na: #aab3bc;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1rem; max-width: 62rem; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", "Liberation Sans", Arial, sans-serif; overflow-wrap: anywhere;
}
h1 { font-size: 1.6rem; line-height: 1.25; margin: .5rem 0; }
h2 { font-size: 1.25rem; margin: 2rem 0 .5rem; padding-top: .5rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.25rem 0 .5rem; }
p, ul, dl { margin: .5rem 0; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { position: static; display: inline-block; padding: .25rem .5rem; }
.answer { font-size: 1.2rem; font-weight: 600; padding: .75rem 1rem; border: 2px solid; border-radius: .4rem; }
.good { color: var(--pass); }
.mark { color: var(--unknown); }
.bad { color: var(--fail); }
.soft { color: var(--soft); }
nav ul { padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
.items { padding: 0; list-style: none; }
.items > li { padding: .5rem 0 .5rem .75rem; margin: .5rem 0; border-left: 4px solid var(--line); break-inside: avoid; }
.items p { margin: .15rem 0; }
.is-fail { color: var(--fail); } .is-unknown { color: var(--unknown); } .is-person { color: var(--person); }
.is-waived { color: var(--waived); } .is-pass { color: var(--pass); } .is-not-applicable { color: var(--na); }
.badge { display: inline-block; padding: 0 .45rem; border: 1px solid; border-radius: .7rem; font-size: .85rem; }
code { font: .9em ui-monospace, "Liberation Mono", Consolas, monospace; }
dl.facts { display: grid; grid-template-columns: fit-content(9rem) minmax(0, 1fr); gap: .15rem 1rem; }
dl.facts dt { color: var(--soft); }
dl.facts dd { margin: 0; }
details { border: 1px solid var(--line); border-radius: .4rem; margin: .4rem 0; padding: 0 .75rem; }
summary { padding: .5rem 0; cursor: pointer; }
summary b { margin-right: .25rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .95rem; overflow-wrap: break-word; }
caption { text-align: left; color: var(--soft); padding: .25rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line); }
th { background: var(--panel); }
td { min-width: 6.5rem; }
th[scope="row"] { min-width: 9rem; }
.number { text-align: right; min-width: 3rem; }
figure { margin: 1rem 0; }
svg { display: block; width: 100%; max-width: 32rem; height: auto; }
svg text { fill: var(--ink); font: 12px system-ui, -apple-system, "Segoe UI", "Liberation Sans", Arial, sans-serif; }
svg rect { stroke: var(--page); stroke-width: 1; }
.fill-fail { fill: var(--fail); } .fill-unknown { fill: var(--unknown); } .fill-person { fill: var(--person); }
.fill-waived { fill: var(--waived); } .fill-pass { fill: var(--pass); } .fill-not-applicable { fill: var(--na); }
.key { padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: .15rem 1rem; font-size: .9rem; }
.key span { display: inline-block; width: .8rem; height: .8rem; margin-right: .35rem; background: currentColor; }
@media (max-width: 34rem) {
  body { padding: .75rem; }
}
@media print {
  :root {
    color-scheme: light;
    --page: #ffffff; --ink: #000000; --soft: #333333; --line: #999999; --panel: #ffffff; --link: #000000;
    --fail: #b3261e; --unknown: #8a4b00; --person: #0b57a4; --waived: #6b3fa0; --pass: #1e6b34; --na: #5f6872;
  }
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav, .skip { display: none; }
  .wide { overflow: visible; }
  table { overflow-wrap: anywhere; }
  details::details-content { content-visibility: visible; block-size: auto; }
  details, tr, figure { break-inside: avoid; }
  h2, h3, summary { break-after: avoid; }
  svg rect, .key span { print-color-adjust: exact; }
}
"""
