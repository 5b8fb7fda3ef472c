/**
 * Everything found wrong with a definition, so that an author sees it at once and not one by one.
 * The order is stable: what belongs to no step first, then by the position of the step, then as found.
 */
import type { FlowDefinition } from "../definition/index.js";
import { FlowError, type PlanProblem } from "../errors/index.js";

export class PlanProblems {
  readonly #definition: FlowDefinition;
  readonly #found: PlanProblem[];

  constructor(definition: FlowDefinition, known: readonly PlanProblem[] = []) {
    this.#definition = definition;
    this.#found = [...known];
  }

  /** Steps of which it is known before that nothing leads to them. */
  get unreached(): ReadonlySet<string | undefined> {
    return new Set(this.#found.filter(({ code }) => code === "PLAN_UNREACHABLE_STEP").map(({ step }) => step));
  }

  add(problem: PlanProblem): void {
    this.#found.push(problem);
  }

  /** `add` for the problems of one step. */
  reporter(step: string): (problem: Omit<PlanProblem, "step">) => void {
    return ({ code, message, hint }) => this.add({ code, step, message, hint });
  }

  get count(): number {
    return this.#found.length;
  }

  /** @throws {FlowError} PLAN_INVALID – when there is at least one problem */
  throwIfAny(): void {
    if (this.#found.length === 0) return;
    const problems = this.#sorted();
    const flow = this.#definition.name;
    const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
    const lines = problems.map(({ code, message }) => `- ${message} (${code})`);
    throw new FlowError("PLAN_INVALID", `The plan of flow "${flow}" has ${count}:\n${lines.join("\n")}`, {
      hint: [...new Set(problems.map((problem) => problem.hint))].join("\n"),
      details: { flow, problems },
    });
  }

  #sorted(): PlanProblem[] {
    const positions = new Map(this.#definition.steps.map((step, position) => [step.name, position]));
    const positionOf = ({ step }: PlanProblem) => (step === undefined ? -1 : (positions.get(step) ?? positions.size));
    return this.#found.sort((a, b) => positionOf(a) - positionOf(b));
  }
}
