/** What stands on each node, and how much room that takes: sizes in px, places from the node's middle. */

import type { StepOrigin } from "../definition/index.js";
import type { FlowPlan, PlanStep } from "../plan/index.js";
import { fitText, textWidth } from "./measure-text.js";
import { own } from "./own.js";
import type { PictureNode } from "./picture-graph.js";
import { runLine } from "./run-line.js";
import { timeText } from "./time-text.js";
import type { RunOverlay } from "./types.js";

export type Shape = "start" | "signal" | "step" | "router" | "each" | "flow" | "mark" | "label";

export interface Face {
  readonly shape: Shape;
  readonly width: number;
  readonly height: number;
  readonly rows: readonly FaceRow[];
  /** It asks people. */
  readonly person: boolean;
  /** Its value may be the run's output. */
  readonly terminal: boolean;
  /** The whole name, where only a part is shown. */
  readonly full?: string;
}

/** A line of text, or of small boxes with a text each; `y` is its middle. */
export type FaceRow =
  | { readonly kind: "name" | "run"; readonly text: string; readonly y: number; readonly width: number }
  | { readonly kind: "badges"; readonly badges: readonly Badge[]; readonly y: number; readonly width: number };

export interface Badge {
  readonly text: string;
  /** Of its left side. */
  readonly x: number;
  readonly width: number;
}

export interface FaceContext {
  readonly plan: FlowPlan;
  readonly facts: ReadonlyMap<string, StepOrigin>;
  readonly run?: RunOverlay;
}

export const nameLook = { size: 13, bold: true };
export const noteLook = { size: 10.5 };
const maxName = 210;
const personWidth = 18;

export function faceOf(node: PictureNode, context: FaceContext): Face {
  if (node.kind === "step") return stepFace(context.plan.steps[node.step!]!, context);
  const look = node.kind === "mark" ? noteLook : nameLook;
  const text = fitText(node.text, look, maxName);
  const width = Math.ceil(textWidth(text, look));
  const cut = text === node.text ? {} : { full: node.text };
  const plain = { person: false, terminal: false, ...cut };
  const received = node.kind === "signal" && context.run ? (own(context.run.signals, node.text) ?? 0) : undefined;
  const name: FaceRow = {
    kind: node.kind === "mark" ? "run" : "name",
    text,
    y: received === undefined ? 0 : -8,
    width,
  };
  if (received !== undefined) {
    const said = received === 0 ? "· not received" : `✓ ${received}×`;
    const row: FaceRow = { kind: "run", text: said, y: 10, width: textWidth(said, noteLook) };
    return { shape: "signal", width: Math.max(width, row.width) + 40, height: 48, rows: [name, row], ...plain };
  }
  if (node.kind === "mark")
    return { shape: "mark", width: Math.max(width + 14, 30), height: 22, rows: [name], ...plain };
  const room = { start: 34, signal: 40, label: 24 }[node.kind];
  return { shape: node.kind, width: width + room, height: 32, rows: [name], ...plain };
}

function stepFace(step: PlanStep, { facts, run }: FaceContext): Face {
  const known = facts.get(step.name)?.shape;
  const text = fitText(step.name, nameLook, maxName);
  const person = known === "approval";
  const rows: FaceRow[] = [{ kind: "name", text, y: 0, width: textWidth(text, nameLook) + (person ? personWidth : 0) }];
  const badges = placed(badgesOf(step));
  if (badges) rows.push({ ...badges, y: 0 });
  if (run) {
    const line = runLine(own(run.steps, step.name));
    rows.push({ kind: "run", text: line, y: 0, width: textWidth(line, noteLook) });
  }
  const shape = step.forEach ? "each" : step.router ? "router" : known === "flow" ? "flow" : "step";
  const sides = { each: 28, router: 52, flow: 48, step: 28 }[shape];
  const heights = rows.map(({ kind }) => (kind === "name" ? 18 : 20));
  const inner = heights.reduce((sum, height) => sum + height, 0);
  let top = -inner / 2;
  const standing = rows.map((row, i) => {
    const y = top + heights[i]! / 2;
    top += heights[i]!;
    return { ...row, y };
  });
  return {
    shape,
    width: Math.max(84, Math.ceil(Math.max(...rows.map(({ width }) => width)) + sides)),
    height: inner + 22,
    rows: standing,
    person,
    terminal: step.terminal,
    ...(text !== step.name && { full: step.name }),
  };
}

/** The options of a step in a few words each. */
export function badgesOf({ forEach, retry, timeoutMs, conditional }: PlanStep): string[] {
  const badges: string[] = [];
  if (forEach) badges.push(forEach.concurrency < 1e6 ? `for each, ${forEach.concurrency} at once` : "for each");
  if (conditional) badges.push("when");
  if (retry) badges.push(`${retry.attempts} attempts`);
  if (timeoutMs !== undefined) badges.push(`max ${timeText(timeoutMs)}`);
  return badges;
}

function placed(texts: readonly string[]): { kind: "badges"; badges: Badge[]; width: number } | undefined {
  if (texts.length === 0) return undefined;
  const widths = texts.map((text) => Math.ceil(textWidth(text, noteLook)) + 10);
  const width = widths.reduce((sum, each) => sum + each, 4 * (texts.length - 1));
  let x = -width / 2;
  const badges = texts.map((text, i) => {
    const badge = { text, x, width: widths[i]! };
    x += widths[i]! + 4;
    return badge;
  });
  return { kind: "badges", badges, width };
}
