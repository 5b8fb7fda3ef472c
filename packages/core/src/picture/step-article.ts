/** All that is known of one step, as a piece of the page. */
import type { StepOrigin } from "../definition/index.js";
import type { FlowPlan, PlanNode, PlanStep } from "../plan/index.js";
import { escapeText } from "./escape-text.js";
import { own } from "./own.js";
import { runLine } from "./run-line.js";
import { conditionCode, kindWords, optionWords, whenWords } from "./step-words.js";
import type { DrawnDefinition } from "./svg.js";
import { timeText } from "./time-text.js";
import { typeText } from "./type-text.js";
import type { CallOverlay, RunOverlay } from "./types.js";

export interface ArticleContext {
  readonly plan: FlowPlan;
  readonly facts: ReadonlyMap<string, StepOrigin>;
  readonly run?: RunOverlay;
  readonly definition: DrawnDefinition;
}

export function stepArticle(number: number, { plan, facts, run, definition }: ArticleContext): string {
  const step = plan.steps[number]!;
  const origin = facts.get(step.name) ?? {};
  const parts = [
    `<h2>${escapeText(step.name)}</h2>`,
    `<p class="kind">${escapeText(kindWords(step))}${origin.shape === "flow" ? " · runs a flow" : ""}${origin.shape === "approval" ? " · asks people" : ""}</p>`,
    origin.description ? `<p class="doc">${escapeText(origin.description)}</p>` : "",
    whenPart(plan, step),
    typesPart(step, origin, definition),
    definedAt(origin),
    optionsPart(plan, step),
    leadsTo(plan, number),
    run ? runPart(step, run) : "",
  ];
  return `<article id="about-${number}" data-about="${number}" tabindex="-1">${parts.join("")}</article>`;
}

function titled(title: string, content: string): string {
  return `<h3>${title}</h3>${content}`;
}

function whenPart(plan: FlowPlan, step: PlanStep): string {
  const ways = whenWords(plan, step).map((way) => `<p>${escapeText(way)}</p>`);
  return titled("Runs", `${ways.join("")}<p><code>${escapeText(conditionCode(plan, step))}</code></p>`);
}

/** As written or found; and what schemas say, which is checked when it runs. */
function typesPart({ name, starts }: PlanStep, { signature }: StepOrigin, definition: DrawnDefinition): string {
  const params = typeText(definition.steps.find((step) => step.name === name)?.params?.schema);
  const inputs = starts ? typeText(definition.inputs) : undefined;
  const rows = [["Parameters", params] as const, ["Inputs", inputs] as const];
  const checked = rows.flatMap(([title, text]) => (text === undefined ? [] : [titled(title, code(text))]));
  return `${signature ? titled("Types", code(signature)) : ""}${checked.join("")}`;
}

const code = (text: string) => `<code>${escapeText(text)}</code>`;

function definedAt({ file, line, column, reference }: StepOrigin): string {
  const named = !reference ? "" : `<p><code>${escapeText(reference)}</code></p>`;
  if (file === undefined) return named === "" ? "" : titled("Made by", named);
  const place = [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(":");
  const text = `<code>${escapeText(place)}</code>`;
  // Only a whole path can be opened by an editor; anything else would open what happens to lie there.
  const isWhole = /^(\/(?!\/)|[A-Za-z]:[\\/])/.test(file);
  const target = `vscode://file/${encodeURI(place.replaceAll("\\", "/")).replace(/^\//, "").replace(/[?#]/g, encodeURIComponent)}`;
  const link = isWhole ? `<a href="${escapeText(target)}">${text}</a>` : text;
  return titled("Defined", `${named}<p>${link}</p>`);
}

function optionsPart(plan: FlowPlan, step: PlanStep): string {
  const rows = optionWords(plan, step);
  if (rows.length === 0) return "";
  return titled("Options", list(rows));
}

function list(rows: readonly (readonly [string, string])[]): string {
  return `<dl>${rows.map(([name, value]) => `<div><dt>${escapeText(name)}</dt><dd>${escapeText(value)}</dd></div>`).join("")}</dl>`;
}

/** The steps that wait for anything that this one makes. */
function leadsTo(plan: FlowPlan, number: number): string {
  const heard = plan.steps.flatMap(({ name, entries }, listener) =>
    entries.some(({ alternatives }) => alternatives.some(({ node }) => hears(plan, node, number)))
      ? [`<li><a href="#about-${listener}" data-go="${listener}">${escapeText(name)}</a></li>`]
      : [],
  );
  return heard.length === 0 ? "" : titled("Leads to", `<ul>${heard.join("")}</ul>`);
}

function hears(plan: FlowPlan, node: PlanNode, step: number): boolean {
  if (node.kind !== "leaf") return node.of.some((operand) => hears(plan, operand, step));
  const { trigger } = node;
  if (trigger.kind === "label") return plan.labels[trigger.label]!.routers.includes(step);
  return trigger.kind !== "signal" && trigger.step === step;
}

function runPart({ name }: PlanStep, run: RunOverlay): string {
  const step = own(run.steps, name);
  const failure = step?.error === undefined ? "" : `<p class="error">${escapeText(step.error)}</p>`;
  const labels = Object.entries(step?.labels ?? {}).map(([label, count]) => [label, `${count}×`] as const);
  const told = labels.length > 0 ? list(labels) : "";
  const calls = (step?.recent ?? []).map(callRow).reverse();
  const more = (step?.calls ?? 0) > calls.length ? `<p>The newest ${calls.length} of ${step!.calls} calls:</p>` : "";
  const table =
    calls.length === 0
      ? ""
      : `${more}<table><thead><tr><th>call</th><th>how</th><th>took</th></tr></thead><tbody>${calls.join("")}</tbody></table>`;
  return titled("In this run", `<p>${escapeText(runLine(step))}</p>${failure}${told}${table}`);
}

function callRow({ number, index, standing, attempts, durationMs, labels, error }: CallOverlay): string {
  const which = index === undefined ? `${number}` : `${number}, element ${index}`;
  const tried = attempts > 1 ? `, attempt ${attempts}` : "";
  const said = [`${standing}${tried}`, ...(labels ? [labels.join(", ")] : []), ...(error ? [error] : [])].join(": ");
  const took = durationMs === undefined ? "" : timeText(durationMs);
  return `<tr><td>${which}</td><td>${escapeText(said)}</td><td>${took}</td></tr>`;
}
