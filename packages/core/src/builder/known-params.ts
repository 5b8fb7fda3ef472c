/**
 * Parameters that are known before a step is called: fixed values as soon as the flow is built, what is made of inputs alone when
 * a run is started.
 */
import type { z } from "zod";
import type { CallSources, FlowDefinition } from "../definition/index.js";
import { listProblems, nearest, type ValueProblem } from "../errors/index.js";
import { type Read, readerOf } from "./bound-reader.js";
import { type BoundTree, eachRef } from "./bound-tree.js";
import { paramProblems, paramsInvalid } from "./check-params.js";
import type { BoundRef, FlowNames } from "./flow-names.js";
import { readRefIn } from "./payload-access.js";
import type { RefParts } from "./ref.js";
import { shapeOf } from "./schema-path.js";
import type { StepDraft } from "./step-draft.js";

type Check = (sources: CallSources) => readonly ValueProblem[];

/** One field of a step's parameters, or all of them. */
interface Part {
  readonly path: readonly string[];
  readonly schema: z.ZodType;
  readonly tree: BoundTree | undefined;
}

/** Reports what is wrong with fixed values; answers what is to be asked at kickoff. */
export function checkKnownParams(drafts: readonly StepDraft[], names: FlowNames): Pick<FlowDefinition, "checkInputs"> {
  const checks: { readonly step: string; readonly check: Check }[] = [];
  for (const draft of drafts) {
    const { params, name: step, on } = draft.spec;
    if (!params || (on !== undefined && !draft.tree)) continue;
    const found: ValueProblem[] = [];
    for (const part of partsOf(params, draft, found)) {
      const needs = needsOf(part.tree, draft.refs);
      if (needs === "more") continue;
      const check = checkOf(part, draft.refs);
      if (needs === "inputs") checks.push({ step, check });
      else found.push(...check(noSources));
    }
    if (found.length > 0)
      names.report(draft.spec, {
        code: "STEP_PARAMS_INVALID",
        message: `Step "${step}" is given parameters that it can't take: ${listProblems(found, "(all of them)")}.`,
        hint: "Give it what its `params` schema describes.",
      });
  }
  if (checks.length === 0) return {};
  return {
    checkInputs(inputs) {
      const sources = { ...noSources, inputs };
      for (const { step, check } of checks) {
        const found = check(sources);
        if (found.length > 0) throw paramsInvalid(found, { flow: names.flow, step });
      }
    },
  };
}

const noSources: CallSources = {
  trigger: "start",
  index: undefined,
  inputs: undefined,
  committed: undefined,
  output: () => undefined,
};

/** By field where both sides have fields, so that one unknown part does not hide what is known of the others. */
function partsOf(schema: z.ZodType, { tree, refs }: StepDraft, found: ValueProblem[]): readonly Part[] {
  const shape = tree?.kind === "record" && needsOf(tree, refs) === "more" ? shapeOf(schema) : undefined;
  if (!shape || tree?.kind !== "record") return [{ path: [], schema, tree }];
  const given = new Set(tree.entries.map(([key]) => key));
  const absent = Object.keys(shape).filter((key) => !given.has(key));
  const nothing = absent.map((key) => [key, { kind: "value", value: undefined }] as const);
  return [...tree.entries, ...nothing].flatMap(([key, value]): Part[] => {
    if (Object.hasOwn(shape, key)) return [{ path: [key], schema: shape[key] as z.ZodType, tree: value }];
    const near = nearest(key, Object.keys(shape));
    found.push({ path: [key], message: `unknown key${near ? `; did you mean "${near}"?` : ""}` });
    return [];
  });
}

function needsOf(tree: BoundTree | undefined, refs: ReadonlyMap<RefParts, BoundRef>): "nothing" | "inputs" | "more" {
  if (!tree) return "inputs";
  let needs: "nothing" | "inputs" | "more" = "nothing";
  eachRef(tree, (ref) => {
    if (refs.get(ref)?.of !== "input") needs = "more";
    else if (needs === "nothing") needs = "inputs";
  });
  return needs;
}

function checkOf({ path, schema, tree }: Part, refs: ReadonlyMap<RefParts, BoundRef>): Check {
  const read: Read = tree ? readerOf(tree, (ref) => readRefIn(refs.get(ref)!)) : (_payload, { inputs }) => inputs;
  return (sources) => {
    const checked = paramProblems(schema, read(undefined, sources), tree === undefined);
    if ("value" in checked) return [];
    return checked.found.map((problem) => ({ ...problem, path: [...path, ...problem.path] }));
  };
}
