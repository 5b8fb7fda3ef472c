import type { FlowDefinition } from "../definition/index.js";
import type { FlowPlan } from "../plan/index.js";
import { drawPicture } from "./draw-picture.js";
import { escapeText } from "./escape-text.js";
import { factsOf } from "./facts.js";
import { pictureStyle } from "./picture-style.js";
import { summary } from "./summary.js";
import type { PictureOptions } from "./types.js";

/** What pictures tell of a definition beside the plan: origins, and types of what comes in and goes out. */
export type DrawnDefinition = Pick<FlowDefinition, "steps"> &
  Partial<Pick<FlowDefinition, "inputs" | "state" | "output" | "signals">>;

/** What is drawn: the plan, and what its definition knows of the steps. */
export interface PictureSubject {
  readonly plan: FlowPlan;
  readonly definition: DrawnDefinition;
}

/**
 * A flow as an SVG file that stands for itself: no script, no font, nothing fetched. With the theme `auto` it is light or
 * dark as the reader's system is.
 */
export function plotSvg({ plan: own, definition }: PictureSubject, options: PictureOptions = {}): string {
  const { theme = "auto", run, origins } = options;
  const plan = run?.plan ?? own;
  const head = `<title>${escapeText(plan.flow)}</title><desc>${escapeText(summary(plan, run))}</desc><style>${pictureStyle(theme)}</style>`;
  const facts = factsOf(definition, origins);
  return `${drawPicture(plan, { facts, ...(run && { run }), buttons: false, head })}\n`;
}
