/**
 * Colours by name. A plot is drawn with the light ones, and each is then replaced by its variable, so that the page turns
 * dark by its style alone: every light value is unique and lower case.
 */
const colours = {
  card: ['#fefefe', '#181f29'],
  ink: ['#1d2733', '#e6ebf2'],
  soft: ['#5b6878', '#9aa7b8'],
  rule: ['#e3e8ee', '#2a3442'],
  axis: ['#c2cad4', '#435063'],
  band: ['#eef2f7', '#222c3a'],
  stable: ['#4a78b5', '#6f9cd8'],
  canary: ['#e08a1e', '#f0a848'],
  failure: ['#c8384f', '#f0697d'],
} as const;

export type Colour = keyof typeof colours;

export const ink = (name: Colour): string => colours[name][0];

const variables = (scheme: 0 | 1): string =>
  Object.entries(colours)
    .map(([name, pair]) => `--${name}:${pair[scheme]};`)
    .join('');

export const toVariables = (svg: string): string =>
  Object.entries(colours).reduce(
    (text, [name, [light]]) => text.replaceAll(`"${light}"`, `"var(--${name})"`),
    svg,
  );

export const style = `
:root{${variables(0)}--paper:#f6f8fa;--good:#1c7a4a;--good-soft:#e3f3ea;--warn:#8a5a00;--warn-soft:#fbf0d9;--bad:#b3263c;--bad-soft:#fbe6e9;color-scheme:light dark}
@media (prefers-color-scheme:dark){:root{${variables(1)}--paper:#10151c;--good:#63cd97;--good-soft:#173526;--warn:#efc26b;--warn-soft:#3a2e12;--bad:#f58a9a;--bad-soft:#40202a}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;font-variant-numeric:tabular-nums}
main,header,footer{max-width:1080px;margin:0 auto;padding:0 24px}
header{padding-top:44px;padding-bottom:8px}
footer{padding-bottom:44px;color:var(--soft);font-size:13px}
.eyebrow{margin:0;color:var(--soft);font-size:13px}
h1{margin:4px 0 14px;font-size:32px;line-height:1.15;letter-spacing:-.02em;overflow-wrap:anywhere}
h2{margin:0 0 4px;font-size:18px}
h3{margin:18px 0 0;font-size:15px}
p{margin:0 0 10px;overflow-wrap:anywhere}
.soft{color:var(--soft);font-size:14px}
.badge{display:inline-block;padding:6px 15px;border-radius:999px;font-weight:600;background:var(--warn-soft);color:var(--warn)}
.badge.pass{background:var(--good-soft);color:var(--good)}
.badge.fail{background:var(--bad-soft);color:var(--bad)}
section{background:var(--card);border:1px solid var(--rule);border-radius:14px;padding:22px 24px;margin:16px 0;overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:14px;margin-top:8px}
th,td{padding:8px 10px;text-align:left;border-bottom:1px solid var(--rule);vertical-align:top;overflow-wrap:anywhere}
th{color:var(--soft);font-weight:500;font-size:13px}
th:first-child,td:first-child{padding-left:0}
td:first-child{font-weight:600;white-space:nowrap}
tbody tr:last-child td{border-bottom:0}
.pass{color:var(--good)}.fail{color:var(--bad);font-weight:650}.inconclusive{color:var(--warn);font-weight:600}.notApplicable{color:var(--soft)}
figure{margin:20px 0 0}
figcaption h3{margin:0}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;font-size:13px;color:var(--soft)}
.legend span{display:inline-flex;align-items:center;gap:6px}
.legend i{width:14px;height:3px;border-radius:2px;background:var(--c)}
figure svg{display:block;width:100%;height:auto}
.narrow{display:none}
code{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
details{padding:7px 0}summary{cursor:pointer;font-weight:560}
@media (max-width:760px){main,header,footer{padding-left:14px;padding-right:14px}section{padding:18px 16px}.wide{display:none}.narrow{display:block}td:first-child{white-space:normal}th,td{padding:7px 6px}}
@media print{body{background:#fff}section,figure{break-inside:avoid}}
`;
