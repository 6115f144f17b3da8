import { colourVariables } from './palette';

/** What every page looks like: one column, tabular figures, colours by variable for light and dark. */
export const style = `
:root{${colourVariables('light')}color-scheme:light dark}
@media (prefers-color-scheme:dark){:root{${colourVariables('dark')}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;font-variant-numeric:tabular-nums}
main,header,footer{max-width:1080px;margin:0 auto;padding:0 24px}
header{padding-top:44px;padding-bottom:10px}
.eyebrow{margin:0;color:var(--soft);font-size:13px;letter-spacing:.02em}
h1{margin:4px 0 16px;font-size:34px;line-height:1.15;font-weight:650;letter-spacing:-.02em;overflow-wrap:anywhere}
h2{margin:0 0 4px;font-size:18px;font-weight:640;letter-spacing:-.01em}
h3{margin:0;font-size:15px;font-weight:620}
table+h3,p+h3,details+h3{margin-top:20px}
p{margin:0 0 10px;overflow-wrap:anywhere}
.soft{color:var(--soft)}
.badge{display:inline-flex;align-items:center;gap:9px;padding:7px 15px 7px 12px;border-radius:999px;font-weight:600}
.badge svg{width:18px;height:18px;flex:none}
.badge.open{background:var(--warn-soft);color:var(--warn)}
.badge.busy{background:var(--band);color:var(--ink)}
.badge.pass{background:var(--good-soft);color:var(--good)}
.badge.fail{background:var(--bad-soft);color:var(--bad)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:24px 0 0;padding:0}
.tile{background:var(--card);border:1px solid var(--rule);border-radius:12px;padding:14px 16px}
.tile dt{color:var(--soft);font-size:13px}
.tile dd{margin:2px 0 0;font-size:25px;font-weight:620;letter-spacing:-.02em;line-height:1.2}
.tile dd small{font-size:14px;font-weight:500;color:var(--soft);letter-spacing:0}
section{background:var(--card);border:1px solid var(--rule);border-radius:14px;padding:22px 24px;margin:16px 0}
section>p.soft:first-of-type{margin-bottom:14px;font-size:14px;max-width:72ch}
table{border-collapse:collapse;width:100%;font-size:14px}
th,td{padding:8px 10px;text-align:right;border-bottom:1px solid var(--rule);white-space:nowrap}
th{color:var(--soft);font-weight:500;font-size:13px;vertical-align:bottom}
th:first-child,td:first-child{text-align:left;padding-left:0}
th:last-child,td:last-child{padding-right:0}
tbody tr:last-child td{border-bottom:0}
td:first-child{font-weight:600}
.words th,.words td{text-align:left}
.words td{white-space:normal;overflow-wrap:anywhere;vertical-align:top}
.words td:first-child{white-space:nowrap}
.pass{color:var(--good)}.fail{color:var(--bad);font-weight:650}.inconclusive,.open{color:var(--warn);font-weight:600}.notApplicable{color:var(--soft)}
.checks{list-style:none;margin:10px 0 0;padding:0}
.checks li{display:grid;grid-template-columns:24px minmax(0,1fr) auto auto;gap:2px 14px;align-items:baseline;padding:9px 0;border-bottom:1px solid var(--rule)}
.checks li:last-child{border-bottom:0;padding-bottom:0}
.checks svg{width:16px;height:16px;align-self:center}
.checks .value{font-weight:600;text-align:right}
.checks .bound{color:var(--soft);min-width:74px;text-align:right}
.checks .where{grid-column:2/-1;color:var(--soft);font-size:13px;overflow-wrap:anywhere}
.checks li.fail{color:inherit;font-weight:400}
.checks li.pass{color:inherit}
.checks li.fail .value,.checks li.fail .where{color:var(--bad)}
.gauge{width:86px;height:14px;vertical-align:-2px}
.range{display:inline-block;min-width:76px}
figure{margin:22px 0 0;padding:0}
figure:first-of-type{margin-top:10px}
figcaption{display:flex;flex-wrap:wrap;gap:2px 18px;align-items:baseline;justify-content:space-between;margin-bottom:2px}
figcaption p{flex-basis:100%;margin:0;color:var(--soft);font-size:14px;max-width:80ch}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;font-size:13px;color:var(--soft)}
.legend span{display:inline-flex;align-items:center;gap:6px}
.legend i{width:14px;height:10px;border-radius:3px;background:var(--c)}
.legend i.line{height:2px;border-radius:0}
.legend i.dash{height:0;border-top:2px dashed var(--c);background:none;width:18px}
figure svg{display:block;width:100%;height:auto}
figure .narrow{display:none}
.about{display:grid;grid-template-columns:repeat(auto-fit,minmax(260px,1fr));gap:8px 36px}
.about ul{margin:6px 0 10px;padding-left:18px}
.about li{margin:5px 0}
details{border-bottom:1px solid var(--rule);padding:9px 0}
details:last-of-type{border-bottom:0}
summary{cursor:pointer;font-weight:560}
summary .soft{font-weight:400}
details ul{margin:6px 0 4px;padding-left:20px}
code{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
footer{padding-top:8px;padding-bottom:44px;color:var(--soft);font-size:13px}
@media (max-width:760px){
main,header,footer{padding-left:14px;padding-right:14px}
header{padding-top:26px}
h1{font-size:27px}
section{padding:18px 16px;border-radius:12px}
.tiles{grid-template-columns:1fr 1fr;gap:10px}
.tile dd{font-size:21px}
figure .wide{display:none}
figure .narrow{display:block}
.checks li{grid-template-columns:24px minmax(0,1fr) auto}
.checks .name{grid-column:2/-1}
.checks .value{grid-column:2;text-align:left}
.checks .bound{grid-column:3}
.cards thead{display:none}
.cards,.cards tbody{display:block}
.cards tr{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:8px 8px;padding:14px 0;border-bottom:1px solid var(--rule)}
.cards tr:last-child{border-bottom:0;padding-bottom:2px}
.cards td,.cards td:first-child{display:block;border:0;padding:0;text-align:left;white-space:normal}
.cards td:first-child{grid-column:1/-1;font-size:16px}
.cards td[data-label]::before{content:attr(data-label);display:block;color:var(--soft);font-size:12px;font-weight:400}
.cards td{font-size:13.5px}
.cards .gauge{display:block;width:100%;max-width:76px}
.cards.words tr{grid-template-columns:minmax(0,1fr)}
.cards td:not(:first-child):empty{display:none}
}
@media print{body{background:#fff}section,figure{break-inside:avoid}}
`;
