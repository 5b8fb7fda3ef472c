/**
 * A step that waits only for how others came out would wait for ever where none of them is ever called: a join may do without what
 * can't come any more, but something has to open it. This finds the nearest step before them whose completion surely comes.
 */
import type { Condition } from "../definition/index.js";
import { keysOf, leafOf, type Source } from "./edges.js";
import type { FlowNames } from "./flow-names.js";
import type { StepDraft } from "./step-draft.js";

export class SureSources {
  readonly #drafts: ReadonlyMap<string, StepDraft>;
  readonly #names: FlowNames;
  readonly #called = new Map<string, boolean>();
  /** Steps whose failure is waited for: they may fail without failing the run. */
  readonly #mayFail: ReadonlySet<string>;

  constructor(drafts: readonly StepDraft[], names: FlowNames) {
    this.#drafts = new Map(drafts.map((draft) => [draft.spec.name, draft]));
    this.#names = names;
    this.#mayFail = new Set(
      drafts.flatMap((draft) => draft.sources.filter(({ settled }) => settled).map(({ name }) => name)),
    );
  }

  /** What a step has to wait for beside its own sources; undefined: one of these surely comes, or has to come. */
  beside({ sources, spec }: StepDraft): Condition | undefined {
    if (sources.length === 0 || sources.some(({ settled, name }) => !settled || this.#isCalled(name))) return undefined;
    const seen = new Set(sources.map(({ name }) => name));
    seen.add(spec.name);
    for (const name of seen) {
      const draft = this.#drafts.get(name);
      if (draft && name !== spec.name && !sources.some((source) => source.name === name) && this.#completes(draft))
        return leafOf({ of: "step", name, settled: false }, this.#names);
      for (const before of draft && draft.spec !== spec ? this.#before(draft) : []) seen.add(before);
    }
    return undefined;
  }

  /** The steps that a step waits for, also by their labels. */
  #before({ sources, on }: StepDraft): readonly string[] {
    const waited = on ? keysOf(on) : sources.map(({ name }) => name);
    return waited.flatMap((name) => (this.#drafts.has(name) ? [name] : this.#routersOf(name)));
  }

  #routersOf(label: string): readonly string[] {
    return [...this.#drafts.values()].filter(({ spec }) => spec.routes?.includes(label)).map(({ spec }) => spec.name);
  }

  /** Its completion comes, or the run fails. */
  #completes({ spec }: StepDraft): boolean {
    const isPlain = !spec.forEach && !spec.when && !spec.after?.some(({ when }) => when);
    return isPlain && !this.#mayFail.has(spec.name) && this.#isCalled(spec.name);
  }

  #isCalled(name: string): boolean {
    const known = this.#called.get(name);
    if (known !== undefined) return known;
    // on the way round to itself nothing is sure
    this.#called.set(name, false);
    const draft = this.#drafts.get(name);
    const called =
      draft !== undefined &&
      (draft.starts || (draft.on ? this.#occurs(draft.on) : draft.sources.every((source) => this.#comes(source))));
    this.#called.set(name, called);
    return called;
  }

  #comes({ of, name, settled }: Source): boolean {
    const draft = this.#drafts.get(name);
    if (of !== "step" || !draft) return false;
    return settled ? this.#isCalled(name) : this.#completes(draft);
  }

  #occurs(condition: Condition): boolean {
    switch (condition.kind) {
      case "name":
      case "settled":
        return this.#comes({
          of: "step",
          name: "name" in condition ? condition.name : condition.step,
          settled: condition.kind === "settled",
        });
      case "and":
        return condition.of.every((operand) => this.#occurs(operand));
      case "or":
      case "each":
        return condition.of.some((operand) => this.#occurs(operand));
      default:
        return false;
    }
  }
}
