/** Colours and faces of pictures. Values are CSS variables, so that one drawing serves light and dark. */
import type { PictureTheme } from "./types.js";

const light = `--ground:#fff;--ink:#1c2430;--soft:#566171;--line:#7d899b;--edge:#c3cbd7;--card:#fff;--shade:#eef1f5;--router:#f4f0ff;--router-edge:#9a7fe0;--flow:#eef6ff;--flow-edge:#6ea3dc;--signal:#fff6e0;--signal-edge:#d09a2c;--loop:#eff5fd;--loop-edge:#a9c6ea;--back:#2468b4;--fail:#c0342b;--done:#e9f7ee;--done-edge:#4a9c68;--done-ink:#1d6b3c;--failed:#fdeceb;--busy:#e8f1fd;--busy-edge:#2468b4;--wait:#fff6e0;--wait-edge:#a87400;--wait-ink:#7a5400`;
const dark = `--ground:#10151c;--ink:#e7ecf3;--soft:#a3aebd;--line:#7b8798;--edge:#465161;--card:#1a212b;--shade:#27303c;--router:#241f38;--router-edge:#8a72cf;--flow:#17263a;--flow-edge:#4d81b8;--signal:#2d2616;--signal-edge:#b08a35;--loop:#141d2a;--loop-edge:#34507a;--back:#74aef0;--fail:#ff8a80;--done:#16291f;--done-edge:#4a9c68;--done-ink:#8fdcac;--failed:#351b1b;--busy:#17263a;--busy-edge:#74aef0;--wait:#2d2616;--wait-edge:#d0a13d;--wait-ink:#f0cd7e`;

const font = `ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","Liberation Sans",Arial,sans-serif`;

const drawing = `
svg.millrace{background:var(--ground);font:10.5px ${font};color:var(--ink)}
.millrace text{fill:var(--ink);text-anchor:middle;dominant-baseline:central;unicode-bidi:plaintext}
.millrace .name{font-size:13px;font-weight:600}
.millrace .body{fill:var(--card);stroke:var(--edge);stroke-width:1.25}
.millrace .thin{fill:none;stroke:var(--edge)}
.millrace .start>.body{fill:var(--ink);stroke:var(--ink)}.millrace .start>.name{fill:var(--ground)}
.millrace .router>.body{fill:var(--router);stroke:var(--router-edge)}
.millrace .flow>.body{fill:var(--flow);stroke:var(--flow-edge)}.millrace .flow>.thin{stroke:var(--flow-edge)}
.millrace .signal>.body{fill:var(--signal);stroke:var(--signal-edge)}
.millrace .label>.body{fill:none;stroke-dasharray:4 3}.millrace .label>.name{fill:var(--soft);font-weight:400}
.millrace .mark>.body{fill:var(--shade);stroke:var(--line)}.millrace .mark>text{font-weight:600}
.millrace .badge>rect{fill:var(--shade)}.millrace .badge>text,.millrace .run{fill:var(--soft)}
.millrace .end{fill:var(--ground);stroke:var(--ink);stroke-width:1.25}.millrace .end-dot{fill:var(--ink)}
.millrace .person{fill:none;stroke:var(--ink);stroke-width:1.4;stroke-linecap:round}
.millrace .loop>rect{fill:var(--loop);stroke:var(--loop-edge);stroke-dasharray:5 4}
.millrace .edge>path{fill:none;stroke:var(--line);stroke-width:1.4}.millrace .edge>.tip{fill:var(--line);stroke:none}
.millrace .edge>rect{fill:var(--ground)}.millrace .inside>rect{fill:var(--loop)}.millrace .edge>text{fill:var(--soft);font-size:11px}
.millrace .back>path{stroke:var(--back);stroke-width:1.8}.millrace .back>.tip{fill:var(--back)}.millrace .back>text{fill:var(--back);font-weight:600}
.millrace .failure>path{stroke:var(--fail)}.millrace .failure>.tip{fill:var(--fail)}.millrace .failure>text{fill:var(--fail)}
.millrace .dashed>path:first-child{stroke-dasharray:6 4}.millrace .outside>path:first-child{stroke-dasharray:2 3}
.millrace .many>path:first-child{stroke-width:3;stroke-linecap:butt}
.millrace .completed>.body{fill:var(--done);stroke:var(--done-edge)}.millrace .completed>.run{fill:var(--done-ink)}
.millrace .failed>.body{fill:var(--failed);stroke:var(--fail);stroke-width:2.25}.millrace .failed>.run{fill:var(--fail);font-weight:600}
.millrace .running>.body{fill:var(--busy);stroke:var(--busy-edge);stroke-width:2.25}.millrace .running>.run{fill:var(--busy-edge);font-weight:600}
.millrace .waiting>.body{fill:var(--wait);stroke:var(--wait-edge);stroke-width:2.25}.millrace .waiting>.run{fill:var(--wait-ink);font-weight:600}
.millrace .skipped>.body,.millrace .stopped>.body,.millrace .idle>.body{stroke-dasharray:4 3}
.millrace .untaken>path{opacity:.55}.millrace .taken>path:first-child{stroke-width:2.2}`;

/** The rules of a drawing; with the colours of a theme where it stands for itself. */
export function pictureStyle(theme?: PictureTheme): string {
  return `${theme ? colours(theme, "svg.millrace") : ""}${drawing}\n`;
}

/** Colours for an element and all in it. */
export function colours(theme: PictureTheme, selector: string): string {
  if (theme === "dark") return `${selector}{color-scheme:dark;${dark}}`;
  if (theme === "light") return `${selector}{color-scheme:light;${light}}`;
  return `${selector}{color-scheme:light dark;${light}}@media (prefers-color-scheme:dark){${selector}{${dark}}}`;
}
