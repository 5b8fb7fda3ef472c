import type { FlowPlan } from "../plan/index.js";
import { drawPicture } from "./draw-picture.js";
import { escapeText } from "./escape-text.js";
import { pictureStyle } from "./picture-style.js";
import { summary } from "./summary.js";
import type { PictureOptions, StepFacts } from "./types.js";

/**
 * The plan as an SVG file that stands for itself: no script, no font, nothing fetched. With the theme `auto` it is light or
 * dark as the reader's system is.
 */
export function plotSvg(plan: FlowPlan, options: PictureOptions = {}): string {
  const { theme = "auto", run, origins = {} } = options;
  const facts = new Map<string, StepFacts>(Object.entries(origins));
  const head = `<title>${escapeText(plan.flow)}</title><desc>${escapeText(summary(plan, run))}</desc><style>${pictureStyle(theme)}</style>`;
  return `${drawPicture(plan, { facts, ...(run && { run }), buttons: false, head })}\n`;
}
