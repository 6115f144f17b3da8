/** What the watched page looks like beside every page's style: dense, for a screen that stays open. */
export const watchStyle = `
.watch,footer{max-width:1280px!important}
header.watch{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:6px 18px;padding-top:22px;align-items:center}
header.watch>*{grid-column:1/-1}
header.watch h1{grid-column:1;margin:0;font-size:23px}
h1 span{color:var(--soft);font-weight:500}
#live{grid-column:2;font-size:13px;color:var(--soft)}
#live.on::before{content:"";display:inline-block;width:8px;height:8px;border-radius:50%;background:var(--good);margin-right:7px}
#live.off{color:var(--bad);font-weight:600}
.now{display:flex;flex-wrap:wrap;gap:6px 14px;align-items:center;margin:0 0 4px}
#standing p.soft{margin:0;font-size:13px}
#standing .open svg{width:14px;height:14px;vertical-align:-2px}
a{color:var(--stable);text-underline-offset:2px}
:focus-visible{outline:2px solid var(--stable);outline-offset:2px;border-radius:4px}
.track{display:flex;list-style:none;margin:14px 0 0;padding:0}
.track li{flex:1;min-width:0;position:relative;display:grid;justify-items:center;gap:1px;text-align:center;line-height:1.3}
.track li::before{content:"";position:absolute;top:12px;left:-50%;width:100%;height:3px;background:var(--rule)}
.track li:first-child::before{display:none}
.track li.done::before,.track li.here::before{background:var(--good)}
.track i{z-index:1;width:26px;height:26px;border-radius:50%;background:var(--paper);border:3px solid var(--rule);display:grid;place-items:center}
.track i svg{width:14px;height:14px}
.track .done i{border-color:var(--good);background:var(--good-soft)}
.track .here i{border-color:var(--canary);background:var(--canary);box-shadow:0 0 0 4px var(--paper),0 0 0 6px var(--canary)}
.track .left i{border-color:var(--bad);border-style:dashed}
.track b{font-size:14px;margin-top:4px;max-width:100%;overflow:hidden;text-overflow:ellipsis}
.track .ahead b{color:var(--soft);font-weight:500}
.track small{font-size:12px;color:var(--soft)}
main.watch{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:14px;margin-top:16px}
main.watch section{margin:0;padding:16px 18px;min-width:0}
#versions,#plots,#events{grid-column:1/-1}
#gate{grid-column:1/-1}
h2{font-size:16px}
.version{display:inline-flex;gap:8px;align-items:baseline;white-space:nowrap}
.version i{width:10px;height:10px;border-radius:3px;background:var(--stable);align-self:center}
.version.canary i{background:var(--canary);border-radius:50%}
small{font-size:12.5px;font-weight:400;color:var(--soft)}
#gate>p.soft{margin:0 0 8px;font-size:13px}
.bar{height:4px;border-radius:2px;background:var(--rule);overflow:hidden}
.bar i{display:block;height:100%;background:var(--stable)}
.evidence{list-style:none;margin:2px 0 0;padding:0}
.evidence li,.ends{display:grid;grid-template-columns:18px 184px 260px minmax(0,1fr);gap:2px 14px;align-items:center}
.evidence li{padding:4px 0;border-bottom:1px solid var(--rule);font-size:14px;font-weight:400;color:var(--ink)}
.evidence li:last-child{border-bottom:0}
.evidence svg{width:15px;height:15px}
.evidence li.fail span:last-child{color:var(--bad);font-weight:600}
.evidence b{font-weight:560}
.ends{color:var(--soft);font-size:12px;margin-top:8px}
.ends span:first-child{grid-column:3;grid-row:1;justify-self:start}
.ends span:last-child{grid-column:3;grid-row:1;justify-self:end}
.balance{position:relative;display:block;height:10px;border-radius:5px;background:var(--band);overflow:hidden;border:1px solid var(--rule)}
.balance::after{content:"";position:absolute;left:50%;top:0;bottom:0;width:1px;background:var(--axis)}
.balance i{position:absolute;top:0;bottom:0}
.balance .against{right:50%;background:repeating-linear-gradient(-45deg,var(--failure) 0 4px,transparent 4px 6px) var(--failure)}
.balance .towards{left:50%;background:var(--good)}
.three{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:8px 20px}
.three figure{margin:0}
#replay{display:flex;gap:12px;align-items:center}
#replay button{font:inherit;font-weight:600;min-width:74px;padding:5px 14px;border-radius:8px;border:1px solid var(--axis);background:var(--card);color:var(--ink);cursor:pointer}
#replay input{flex:1;min-width:0;accent-color:var(--stable)}
#replay output{font-size:13px;color:var(--soft)}
@media (max-width:760px){
main.watch{grid-template-columns:minmax(0,1fr)}
.three{grid-template-columns:minmax(0,1fr)}
.track small{display:none}
.track b{font-size:12px}
.track i{width:22px;height:22px}
.track li::before{top:10px}
.evidence li{grid-template-columns:18px minmax(0,1fr) minmax(0,120px)}
.evidence li span:last-child{grid-column:2/-1;font-size:13px}
.ends{grid-template-columns:18px minmax(0,1fr) minmax(0,120px)}
.ends span{font-size:10.5px}
}
@media (prefers-reduced-motion:no-preference){.bar i,.balance i{transition:width .4s}}
`;
