/** The names of a flow: each once, none of those that mean something else. */
import type { z } from "zod";
import type { Problems } from "../problems/index.js";
import type { Path } from "../source/index.js";
import type { StepDraft } from "./step-draft.js";
import type { Variable } from "./variables.js";

/** What expressions know under these names is something else. */
const taken = new Set(
  "input state item index result round true false null in as break const continue else for function if import let loop package namespace return var void while has size dyn type int uint double string bool bytes list map timestamp duration optional orElse outcomeOf and or not".split(
    " ",
  ),
);

/** Every label that the flow's routers may return, and the step that does. */
export function labelsOf(drafts: readonly StepDraft[], problems: Problems): Map<string, string> {
  const labels = new Map<string, string>();
  const steps = new Set(drafts.map(({ id }) => id));
  for (const draft of drafts) {
    for (const { label, path } of routesOf(draft)) {
      if (steps.has(label)) {
        const { node, path: whole } = draft.at(...path);
        problems.add(
          "PLAN_LABEL_IS_STEP",
          { place: node?.place ?? draft.place, path: whole },
          {
            message: `The label "${label}" bears the name of a step.`,
            hint: "Rename the label, or the step.",
          },
        );
      } else labels.set(label, draft.id);
    }
  }
  return labels;
}

/** The labels of one step, with where each stands within it. */
export function routesOf(draft: StepDraft): readonly { readonly label: string; readonly path: Path }[] {
  const { kind, config, type } = draft;
  if (kind === "router") {
    const cases = config.cases as readonly { label?: string; otherwise?: string }[];
    return cases.map(({ label, otherwise }, i) => ({
      label: label ?? otherwise ?? "",
      path: ["cases", i, label === undefined ? "otherwise" : "label"],
    }));
  }
  return (type?.routes?.(config) ?? []).map((label) => ({ label, path: [] }));
}

export interface Names {
  readonly labels: ReadonlyMap<string, string>;
  readonly variables: ReadonlyMap<string, Variable>;
  readonly signals: ReadonlyMap<string, z.ZodType>;
  readonly problems: Problems;
}

export function checkNames(drafts: readonly StepDraft[], { labels, variables, signals, problems }: Names): void {
  const first = new Map<string, StepDraft>();
  for (const draft of drafts) {
    const { node, path } = draft.at("id");
    const where = { place: node?.place ?? draft.place, path };
    const before = first.get(draft.id);
    if (before) {
      const { file, line, column } = before.at("id").node?.place ?? before.place;
      problems.add("DOCUMENT_DUPLICATE", where, {
        message: `The step "${draft.id}" is there already, at ${file}:${line}:${column}.`,
        hint: "Rename one of the two: ids are unique within a flow.",
      });
    } else first.set(draft.id, draft);
    if (taken.has(draft.id)) {
      problems.add("DOCUMENT_FIELD_INVALID", where, {
        message: `A step can't be called "${draft.id}": expressions know something else under this name.`,
        hint: "Give the step another id.",
      });
    }
    const other = signals.has(draft.id) ? "signal" : variables.has(draft.id) && !makes(draft) ? "variable" : undefined;
    if (other) {
      problems.add("DOCUMENT_DUPLICATE", where, {
        message: `The step "${draft.id}" bears the name of a ${other} of the flow.`,
        hint: "Rename one of the two.",
      });
    }
  }
  for (const name of labels.keys()) {
    if (!signals.has(name)) continue;
    const draft = first.get(labels.get(name)!);
    if (draft)
      problems.add(
        "DOCUMENT_DUPLICATE",
        { place: draft.place, path: draft.path },
        {
          message: `The label "${name}" bears the name of a signal of the flow.`,
          hint: "Rename one of the two.",
        },
      );
  }
}

/** A step may bear the name of the variable that it makes. */
const makes = ({ id, common }: StepDraft) => common.outputs?.length === 1 && common.outputs[0] === id;
