/** What is wrong with flows and files, each problem with the place where it is written. */
import { relative } from "node:path";
import { type DocumentProblem, FlowError, type PlanProblem } from "millrace";
import { readFlowPlace } from "../origins/flow-place.js";
import { readOrigins } from "../origins/read-origins.js";
import type { FlowFailure } from "../project/flow-collection.js";
import type { FoundFlow } from "../project/flows-of-file.js";
import { placeIn } from "../project/load-module.js";

export interface Checked {
  /** `file#Export`, or the flow's name. */
  readonly where: string;
  readonly flow?: string;
  readonly ok: boolean;
  readonly problems: readonly FoundProblem[];
}

export interface FoundProblem extends Pick<PlanProblem, "code" | "step" | "message" | "hint"> {
  /** `file:line:column`, from where the command was started. */
  readonly place?: string;
  readonly file?: string;
  /** From 1, as `column`. */
  readonly line?: number;
  readonly column?: number;
  /** Of a document: keys and positions from its top. */
  readonly path?: readonly (string | number)[];
  readonly allowed?: readonly string[];
  readonly nearest?: string;
}

export interface CheckOptions {
  readonly cwd: string;
  readonly strict: boolean;
}

/** A flow, compiled. */
export async function checkFlow(found: FoundFlow, { cwd, strict }: CheckOptions): Promise<Checked> {
  const { name, flowClass, file, exportName } = found;
  const where = whereOf(found, cwd);
  try {
    flowClass.plan({ strict });
    return { where, flow: name, ok: true, problems: [] };
  } catch (error) {
    if (!FlowError.is(error)) throw error;
    const from = { className: flowClass.name, flowName: name, exportName };
    return { where, flow: name, ok: false, problems: await placed(error, { cwd, file, ...from }) };
  }
}

/** A file, or a flow of it, that could not be loaded. */
export async function failureOf({ error, file, exportName }: FlowFailure, { cwd }: CheckOptions): Promise<Checked> {
  const told = file ?? (error.details as { readonly file?: string }).file;
  const where = told === undefined ? "" : `${relative(cwd, told)}${exportName === undefined ? "" : `#${exportName}`}`;
  if (FlowError.is(error, "DOCUMENT_INVALID")) {
    return { where, ok: false, problems: error.details.problems.map((one) => inDocument(one, cwd)) };
  }
  const flowName = FlowError.is(error, "PLAN_INVALID") ? error.details.flow : (exportName ?? "");
  const from = { className: exportName ?? "", flowName, exportName };
  return { where, ok: false, problems: await placed(error, { cwd, file: told, ...from }) };
}

/** Of two flows with one name a stored run could not tell to which it belongs. */
export function doubleNames(flows: readonly FoundFlow[], { cwd }: CheckOptions): readonly Checked[] {
  const byName = new Map<string, FoundFlow[]>();
  for (const flow of flows) byName.set(flow.name, [...(byName.get(flow.name) ?? []), flow]);
  const doubled = [...byName.values()].filter(({ length }) => length > 1);
  return doubled.map((same) => {
    const [{ name }, second] = same as [FoundFlow, FoundFlow];
    const where = whereOf(second, cwd);
    const message = `${same.length} flows are called "${name}": ${same.map((one) => whereOf(one, cwd)).join(", ")}.`;
    const hint = "Give one of them another name: `static flowName`, the name of `flow(…)`, or the document's `id`.";
    return { where, flow: name, ok: false, problems: [{ code: "CLI_FLOW_AMBIGUOUS", message, hint }] };
  });
}

function whereOf({ name, file, exportName }: FoundFlow, cwd: string): string {
  if (file === undefined) return name;
  return `${relative(cwd, file)}${exportName === undefined ? "" : `#${exportName}`}`;
}

interface From {
  readonly cwd: string;
  readonly file: string | undefined;
  readonly className: string;
  readonly flowName: string;
  readonly exportName: string | undefined;
}

/** All problems of an error: a step's where the step is written, the flow's where that is. */
async function placed(
  error: FlowError,
  { cwd, file, className, flowName, exportName }: From,
): Promise<readonly FoundProblem[]> {
  const problems = FlowError.is(error, "PLAN_INVALID") ? error.details.problems : [error];
  const found = file === undefined ? undefined : { file, className, flowName };
  const origins = found ? await readOrigins({ ...found, root: cwd }) : {};
  const own =
    found &&
    ((await readFlowPlace(found)) ?? (exportName && (await readFlowPlace({ ...found, className: exportName }))));
  const thrownAt = thrownIn(error);
  return problems.map(({ code, step, message, hint }) => {
    const written = step === undefined ? undefined : origins[step];
    const problem = { code, ...(step !== undefined && { step }), message, hint };
    if (thrownAt !== undefined && step === undefined) return { ...problem, ...split(thrownAt, cwd) };
    if (written?.file !== undefined && written.line !== undefined)
      return { ...problem, ...whole(written.file, { line: written.line, column: written.column ?? 1 }) };
    return file === undefined || !own ? problem : { ...problem, ...whole(relative(cwd, file), own) };
  });
}

/** Of what a file threw when it was loaded, and of a decorator's error: the line that did it. */
function thrownIn(error: FlowError): string | undefined {
  const { place } = error.details as { readonly place?: string };
  return place ?? (error.code.startsWith("DEFINITION_") ? placeIn(error) : undefined);
}

/** `/folder/file.ts:3:5` */
function split(text: string, cwd: string): Partial<FoundProblem> {
  const [, file, line, column] = /^(.*?):(\d+)(?::(\d+))?$/.exec(text) ?? [];
  if (file === undefined) return {};
  return whole(relative(cwd, file), { line: Number(line), column: Number(column ?? 1) });
}

function inDocument(
  { code, message, hint, path, allowed, nearest, ...at }: DocumentProblem,
  cwd: string,
): FoundProblem {
  const file = at.file.startsWith("/") ? relative(cwd, at.file) : at.file;
  const more = { path, ...(allowed && { allowed }), ...(nearest !== undefined && { nearest }) };
  return { code, message, hint, ...whole(file, at), ...more };
}

function whole(file: string, { line, column }: { readonly line: number; readonly column: number }) {
  return { place: `${file}:${line}:${column}`, file, line, column };
}
