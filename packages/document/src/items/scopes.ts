/** Which steps are called per item: those from an `explode` to its `collect`. */
import type { ItemProblem, ItemStep } from "./item-step.js";

export interface Scope {
  readonly explode: ItemStep;
  readonly stages: readonly ItemStep[];
  readonly collect: ItemStep;
}

export interface Parts {
  readonly scopes: readonly Scope[];
  readonly problems: readonly ItemProblem[];
}

/** A second `explode` before the `collect` is a stage like others, whose lists are laid end to end. */
export function findScopes(steps: readonly ItemStep[]): Parts {
  const scopes: Scope[] = [];
  const problems: ItemProblem[] = [];
  let open: { readonly explode: ItemStep; readonly stages: ItemStep[] } | undefined;
  for (const step of steps) {
    const { name } = step.spec;
    if (!open) {
      if (step.items === "explode") open = { explode: step, stages: [] };
      else problems.push(...outsideProblems(step));
    } else if (step.items === "collect") {
      scopes.push({ ...open, collect: step });
      problems.push(...insideProblems(step));
      open = undefined;
    } else {
      open.stages.push(step);
      problems.push(...insideProblems(step));
    }
    if (step.items === "collect" && !scopes.some(({ collect }) => collect === step))
      problems.push({
        step: name,
        field: "type",
        message: `"${name}" collects, and no explode step stands before it.`,
        hint: "Put an `explode` step before the steps that are called per item.",
      });
  }
  if (open)
    problems.push({
      step: open.explode.spec.name,
      field: "type",
      message: `What "${open.explode.spec.name}" explodes is not collected.`,
      hint: "Add a `collect` step after the steps that are called per item.",
    });
  return { scopes, problems: [...problems, ...readingProblems(steps, scopes)] };
}

function insideProblems({ spec, ordered, unreadable = [] }: ItemStep): ItemProblem[] {
  const { name: step } = spec;
  const problems: ItemProblem[] = [];
  if (spec.on !== undefined || ordered) {
    const field = spec.on !== undefined ? "on" : "after";
    const hint = `Leave \`${field}\` out: items come from the step before. \`when\` decides for each item.`;
    problems.push({
      step,
      field,
      message: `"${step}" is called per item, and says what it waits for by itself.`,
      hint,
    });
  }
  if (spec.routes || spec.router) {
    const message = `"${step}" is called per item, and would decide by labels which way the run takes.`;
    problems.push({ step, field: "type", message, hint: "Decide by `when`, for each item, or behind `collect`." });
  }
  for (const name of unreadable) {
    const message = `"${step}" is called per item, and asks how "${name}" came out.`;
    problems.push({ step, field: "with", message, hint: "Items that failed pass by; `collect` tells of them." });
  }
  return problems;
}

function outsideProblems({ spec, workers, batch }: ItemStep): ItemProblem[] {
  const field = workers !== undefined ? "workers" : batch !== undefined ? "batch" : undefined;
  if (!field) return [];
  return [
    {
      step: spec.name,
      field,
      message: `\`${field}\` is for steps that are called per item, and "${spec.name}" is not.`,
      hint: "Put it between an `explode` and a `collect` step, or leave it out.",
    },
  ];
}

/** What stands per item can't be read where there is none. */
function readingProblems(steps: readonly ItemStep[], scopes: readonly Scope[]): ItemProblem[] {
  return scopes.flatMap(({ explode, stages, collect }) => {
    const inside = new Set([explode, ...stages, collect]);
    const names = new Set([...stages].map(({ spec }) => spec.name));
    return steps.flatMap((step) => {
      const name = inside.has(step)
        ? undefined
        : [...step.reads, ...(step.whenReads ?? [])].find((read) => names.has(read));
      if (name === undefined) return [];
      return [
        {
          step: step.spec.name,
          field: "with",
          message: `"${step.spec.name}" reads "${name}", of which there is one per item.`,
          hint: `Read what "${collect.spec.name}" has collected.`,
        },
      ];
    });
  });
}
