/** One edge as SVG: its line, its tip, and its label. */
import type { EdgeLine } from "./edge-path.js";
import { escapeText } from "./escape-text.js";
import type { PictureEdge } from "./picture-graph.js";
import type { PlacedEdge } from "./placement.js";

export interface EdgeDrawing {
  readonly placed: PlacedEdge;
  readonly line: EdgeLine;
  readonly label?: string;
  /** All of it, where the label is cut. */
  readonly full?: string;
  /** Both ends are in loops: its label lies on their frame. */
  readonly isInside: boolean;
  /** How often something passed along it in the run; absent: not known, or no run is shown. */
  readonly count?: number;
}

export function drawEdge({ placed: { edge, label: box }, line, label, full, isInside, count }: EdgeDrawing): string {
  const taken = count === undefined ? [] : [count > 0 ? "taken" : "untaken"];
  const classes = ["edge", ...looks(edge), ...(isInside ? ["inside"] : []), ...taken].join(" ");
  const text =
    box && label !== undefined
      ? `<rect x="${px(box.x - box.width / 2)}" y="${px(box.y - 8)}" width="${px(box.width)}" height="16" rx="4"/><text x="${px(box.x)}" y="${px(box.y)}">${escapeText(label)}</text>`
      : "";
  return `<g class="${classes}" data-from="${edge.from}" data-to="${edge.to}"><path d="${line.path}"/><path class="tip" d="${line.tip}"/>${text}${full === undefined ? "" : `<title>${escapeText(full)}</title>`}</g>`;
}

function looks({ kind, back }: PictureEdge): string[] {
  const classes: string[] = back ? ["back"] : [];
  if (kind === "failed") classes.push("failure");
  if (kind === "failed" || kind === "settled") classes.push("dashed");
  if (kind === "signal") classes.push("outside");
  if (kind === "collect" || kind === "outcomes") classes.push("many");
  return classes;
}

const px = (value: number) => Math.round(value * 10) / 10 + 0;
