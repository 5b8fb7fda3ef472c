/** The rules of the page around a drawing. */
import { colours } from "./picture-style.js";
import type { PictureTheme } from "./types.js";

/** Colours for the theme, and for the one that the reader may choose instead. */
export function pageStyle(theme: PictureTheme): string {
  return [
    colours(theme, ":root"),
    colours("light", ":root[data-theme=light]"),
    colours("dark", ":root[data-theme=dark]"),
    page,
    // Paper is white, whatever the screen was.
    `@media print{${colours("light", ":root,:root[data-theme=dark]")}}`,
  ].join("");
}

const page = `
*{box-sizing:border-box}
html,body{height:100%;margin:0}
body{display:grid;grid-template:auto 1fr/1fr auto;font:14px/1.5 ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","Liberation Sans",Arial,sans-serif;color:var(--ink);background:var(--ground)}
header{grid-column:1/-1;display:flex;flex-wrap:wrap;gap:8px 16px;align-items:center;padding:10px 16px;border-bottom:1px solid var(--edge);background:var(--card)}
h1{font-size:16px;margin:0;overflow-wrap:anywhere}
header p{margin:0;color:var(--soft);font-size:13px}
.tools{display:flex;flex-wrap:wrap;gap:6px;margin-left:auto;align-items:center}
button,input{font:inherit;font-size:13px;color:inherit;background:var(--ground);border:1px solid var(--line);border-radius:7px;padding:4px 10px;min-height:30px}
button{cursor:pointer}button:hover{background:var(--shade)}
input{width:180px}
:focus{outline:none}:focus-visible{outline:2.5px solid var(--back);outline-offset:2px}
.skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;background:var(--card);padding:6px 10px;z-index:3}
main{position:relative;min-width:0;min-height:0;overflow:hidden;background:var(--ground);touch-action:none;cursor:grab}
main.moving{cursor:grabbing}
main svg.millrace{display:block;width:100%;height:100%}
.node[role=button]{cursor:pointer}
.node:focus{outline:none}
.node[role=button]:hover>.body,.node:focus-visible>.body{stroke:var(--back);stroke-width:2.5}
.node:focus-visible>.body{stroke-width:3.5}
.node.chosen>.body{stroke:var(--ink);stroke-width:3}
.node.near>.body{stroke:var(--back);stroke-width:2.2}
.edge.near>path:first-child{stroke:var(--back);stroke-width:2.6}.edge.near>.tip{fill:var(--back)}
.node.hit>.body{stroke:var(--back);stroke-width:3}
.searching .node:not(.hit){opacity:.55}
aside{width:340px;max-width:90vw;border-left:1px solid var(--edge);background:var(--card);overflow:auto;padding:14px 18px 24px;overflow-wrap:anywhere}
aside h2{font-size:17px;margin:0}
aside h3{font-size:12px;letter-spacing:.04em;text-transform:uppercase;color:var(--soft);margin:16px 0 4px}
aside p{margin:0 0 4px}aside .kind{color:var(--soft)}aside .doc{margin-top:10px;white-space:pre-line}
aside .error{color:var(--fail)}
aside ul{margin:0;padding-left:18px}aside ol{margin:0;padding-left:34px}aside a{color:var(--back)}
aside code{font:12px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;background:var(--shade);border-radius:4px;padding:1px 4px}
aside dl{margin:0}aside dl div{display:flex;gap:8px}aside dt{color:var(--soft);flex:none}aside dd{margin:0}
aside table{border-collapse:collapse;width:100%;font-size:13px}aside th,aside td{text-align:left;padding:3px 6px 3px 0;border-bottom:1px solid var(--edge);vertical-align:top}aside th{color:var(--soft);font-weight:500}
.js article{display:none}.js article.chosen{display:block}.js.choosing .overview{display:none}
.js .all-steps{display:none}.js.choosing .all-steps{display:inline-block;margin-bottom:12px}
article+article{margin-top:24px;padding-top:16px;border-top:1px solid var(--edge)}.js article+article{margin:0;padding:0;border:0}
#tip{position:fixed;z-index:2;max-width:340px;pointer-events:none;background:var(--ink);color:var(--ground);border-radius:7px;padding:7px 10px;font-size:12.5px;overflow-wrap:anywhere;white-space:pre-line}
#map{position:absolute;left:12px;bottom:12px;border:1px solid var(--edge);border-radius:8px;background:var(--card);opacity:.94;cursor:pointer;touch-action:none}
#map .dot{fill:var(--line)}#map .dot.completed{fill:var(--done-edge)}#map .dot.failed{fill:var(--fail)}#map .view{fill:none;stroke:var(--back);stroke-width:2;vector-effect:non-scaling-stroke}
[hidden]{display:none!important}
@media (max-width:760px){body{grid-template:auto minmax(45vh,1fr) auto/1fr}aside{width:auto;max-width:none;max-height:45vh;border-left:0;border-top:1px solid var(--edge)}input{width:120px}.tools{margin-left:0}}
@media (prefers-reduced-motion:no-preference){.node>.body{transition:stroke .12s}}
@media print{body{display:block}.tools,#tip,#map,.skip,.all-steps{display:none!important}main{height:auto!important;overflow:visible}main svg.millrace{height:auto;max-height:92vh}aside{width:auto;max-width:none;border:0}.js article{display:block}.js .overview{display:block!important}.js article+article{margin-top:18px}}
`;
