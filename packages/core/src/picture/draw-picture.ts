/** A plan as the text of an SVG drawing. */

import type { StepOrigin } from "../definition/index.js";
import { conditionWords, type FlowPlan } from "../plan/index.js";
import { drawEdge } from "./draw-edge.js";
import { drawNode } from "./draw-node.js";
import { edgeLine, portsOf } from "./edge-path.js";
import { escapeText } from "./escape-text.js";
import { layout } from "./layout.js";
import { fitText, textWidth } from "./measure-text.js";
import { type Face, type FaceContext, faceOf } from "./node-face.js";
import { edgeCount } from "./overlay-counts.js";
import { own } from "./own.js";
import { type PictureEdge, type PictureNode, pictureGraph } from "./picture-graph.js";
import type { Box, Size } from "./placement.js";
import { runLine } from "./run-line.js";
import type { RunOverlay } from "./types.js";

export interface DrawingOptions {
  readonly facts: ReadonlyMap<string, StepOrigin>;
  readonly run?: RunOverlay;
  /** Steps can be chosen: each is a button with a name of its own. */
  readonly buttons: boolean;
  /** What hovering tells of nodes that are no steps, by kind and name. */
  readonly tips?: ReadonlyMap<string, string>;
  /** What stands in front of the drawing: its title, its style. */
  readonly head: string;
}

const labelLook = { size: 11, bold: true };
const maxLabel = 170;

export function drawPicture(plan: FlowPlan, { facts, run, buttons, tips, head }: DrawingOptions): string {
  const graph = pictureGraph(plan);
  const context = { plan, facts, ...(run && { run }) };
  const faces = new Map(graph.nodes.map((node) => [node.id, faceOf(node, context)]));
  const counts = new Map(graph.edges.map((edge) => [edge, run && edgeCount(plan, edge, run)]));
  const labels = new Map<PictureEdge, string>();
  for (const edge of graph.edges) {
    const label = edgeLabel(edge, counts.get(edge));
    if (label !== undefined) labels.set(edge, label);
  }
  const sizes = new Map([...labels].map(([edge, label]) => [edge, labelSize(label)]));
  const outerLoops = plan.loops.map(({ outer }) => outer);
  const { width, height, nodes, edges, loops } = layout({ graph, sizes: faces, labels: sizes, outerLoops });
  const inLoops = new Set(graph.nodes.flatMap(({ id, loop }) => (loop >= 0 ? [id] : [])));
  const ports = portsOf(edges, nodes);
  const parts = [
    ...[...loops].map(([loop, box]) => drawLoop(plan, loop, box)),
    ...edges.map((placed) => {
      const label = labels.get(placed.edge);
      const count = counts.get(placed.edge);
      const line = edgeLine(placed, ports.get(placed)!);
      const whole = placed.edge.label;
      const isCut = label?.includes("…") && whole !== undefined;
      const isInside = [placed.edge.from, placed.edge.to].every((id) => inLoops.has(id));
      const said = { isInside, ...(label !== undefined && { label }), ...(isCut && { full: whole }) };
      return drawEdge({ placed, line, ...said, ...(count !== undefined && { count }) });
    }),
    ...graph.nodes.map((node) => {
      const face = faces.get(node.id)!;
      const classes = node.step === undefined ? [] : standingOf(node, run);
      const attributes = buttons ? buttonOf(node, face, { ...context, ...(tips && { tips }) }) : "";
      return drawNode({ face, box: nodes.get(node.id)!, classes, attributes });
    }),
  ];
  const size = `viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}" width="${Math.ceil(width)}" height="${Math.ceil(height)}"`;
  const role = buttons ? "graphics-document document" : "img";
  return `<svg xmlns="http://www.w3.org/2000/svg" class="millrace" ${size} role="${role}" aria-label="${escapeText(`The flow ${plan.flow}`)}">${head}${parts.join("\n")}</svg>`;
}

function edgeLabel({ label }: PictureEdge, count: number | undefined): string | undefined {
  const said = label === undefined ? undefined : fitText(label, labelLook, maxLabel);
  if (count === undefined || count < 2) return said;
  return said === undefined ? `${count}×` : `${said} · ${count}×`;
}

function labelSize(label: string): Size {
  return { width: Math.ceil(textWidth(label, labelLook)) + 8, height: 18 };
}

function standingOf({ text }: PictureNode, run: RunOverlay | undefined): string[] {
  return run ? [own(run.steps, text)?.standing ?? "idle"] : [];
}

/** The frame of a loop. */
function drawLoop(plan: FlowPlan, loop: number, { x, y, width, height }: Box): string {
  const title = escapeText(`Loop of ${plan.steps[plan.loops[loop]!.head]!.name}`);
  return `<g class="loop"><title>${title}</title><rect x="${px(x - width / 2)}" y="${px(y - height / 2)}" width="${px(width)}" height="${px(height)}" rx="12"/></g>`;
}

type ButtonContext = FaceContext & Pick<DrawingOptions, "tips">;

/** What scripts and screen readers are told of a node. A name that is spoken begins with what is seen, for those who speak it too. */
function buttonOf(
  { id, kind, step, text }: PictureNode,
  face: Face,
  { plan, facts, run, tips }: ButtonContext,
): string {
  if (step === undefined) {
    const tip = tips?.get(kind === "start" ? "start" : `${kind} ${text}`);
    const told = tip === undefined ? "" : ` data-tip="${escapeText(tip)}"`;
    const spoken = kind === "start" ? "start" : `${kind} ${text}`;
    return ` data-id="${id}"${told} role="graphics-symbol" aria-label="${escapeText(tip === undefined ? spoken : `${spoken}: ${tip}`)}"`;
  }
  const planned = plan.steps[step]!;
  const kindWord = planned.router ? "router" : "step";
  const seen = face.rows.flatMap((row) => (row.kind === "badges" ? row.badges.map((badge) => badge.text) : row.text));
  const on = conditionWords(plan, planned).text;
  const said = `${seen.join(" ")}: ${kindWord} ${face.full ?? ""}, runs on ${on}`.replace(" ,", ",");
  const { signature, description } = facts.get(text) ?? {};
  const told = [description?.split("\n", 1)[0], `on ${on}`, signature, run && runLine(own(run.steps, text))];
  const tip = told.filter((line) => line !== undefined).join("\n");
  return ` data-id="${id}" data-step="${step}" data-name="${escapeText(text)}" data-tip="${escapeText(tip)}" role="button" tabindex="0" aria-label="${escapeText(said)}"`;
}

const px = (value: number) => Math.round(value * 10) / 10 + 0;
