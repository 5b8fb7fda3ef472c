/**
 * Steps between `explode` and `collect` on the engine's `forEach`: each item a call of its own in each step, and a transaction.
 * An item goes on to the next step as soon as it is done, with what steps before have made of it; one that has failed passes by
 * those that are left. Behind a step that makes a list of each item one is put that waits for all and lays the items that came
 * through side by side, and before one that takes several at once and has a `when` one that asks it: `<step>:items`, `<step>:when`.
 */
import { type Condition, FlowError, ref, type StepSpec, type StepTools } from "millrace";
import { type Handover, handover, readElement } from "./handover.js";
import type { ItemStep, Read } from "./item-step.js";
import { itemsFailed } from "./items-failed.js";
import { type Base, gather, narrowed, type Passed, type PassedBase } from "./rows.js";
import { findScopes, type Scope } from "./scopes.js";

export interface LoweredItems {
  readonly steps: readonly StepSpec[];
  /** What steps that have to do with items do for them, by name: for what writes them down in another way. */
  readonly parts: ReadonlyMap<string, ItemPart>;
  readonly problems: ReturnType<typeof findScopes>["problems"];
}

/** `ordinary` lowers a step that is called once; what it makes of an `explode` step returns the list. */
export function lowerItems(steps: readonly ItemStep[], ordinary: (step: ItemStep) => StepSpec): LoweredItems {
  const { scopes, problems } = findScopes(steps);
  const lowered = new Map<ItemStep, readonly StepSpec[]>();
  const parts = new Map<string, ItemPart>();
  for (const scope of scopes) new ScopeLowering(scope, { ordinary, parts }).into(lowered);
  return { steps: steps.flatMap((step) => lowered.get(step) ?? [ordinary(step)]), parts, problems };
}

/** A base with the steps that were called for it. */
interface Segment {
  readonly base: Base;
  readonly passed: Passed[];
}

export type ItemPart =
  | { readonly role: "explode" }
  /** Lays items side by side. */
  | ({ readonly role: "gather"; readonly wanted: readonly string[] } & PassedBase)
  /** Asks the `when` of a step for each item. */
  | {
      readonly role: "gate";
      readonly inner: ReadonlySet<string>;
      readonly handed: Handover;
      readonly wanted: readonly string[];
    }
  | {
      readonly role: "stage";
      readonly inner: ReadonlySet<string>;
      readonly handed: Handover;
      readonly batch: number | undefined;
    }
  | { readonly role: "collect"; readonly inner: ReadonlySet<string>; readonly segments: readonly PassedBase[] };

class ScopeLowering {
  readonly #scope: Scope;
  readonly #ordinary: (step: ItemStep) => StepSpec;
  /** Names of which there is one per item. */
  readonly #names: ReadonlySet<string>;
  readonly #segments: Segment[] = [];
  readonly #parts: Map<string, ItemPart>;

  constructor(
    scope: Scope,
    { ordinary, parts }: { ordinary: (step: ItemStep) => StepSpec; parts: Map<string, ItemPart> },
  ) {
    this.#scope = scope;
    this.#ordinary = ordinary;
    this.#parts = parts;
    this.#names = new Set([scope.explode, ...scope.stages].map(({ spec }) => spec.name));
  }

  into(lowered: Map<ItemStep, readonly StepSpec[]>): void {
    const { explode, stages, collect } = this.#scope;
    lowered.set(explode, [this.#explode(explode)]);
    this.#parts.set(explode.spec.name, { role: "explode" });
    this.#begin({ step: explode.spec.name, holds: "items" });
    for (const [i, stage] of stages.entries()) lowered.set(stage, this.#stage(stage, stages.slice(i + 1)));
    lowered.set(collect, [this.#collect(collect)]);
  }

  /** It waits for what its items will need, too: a stage is called by items alone. */
  #explode(explode: ItemStep): StepSpec {
    const made = this.#ordinary(explode);
    if (made.on !== undefined) return made;
    const needed = new Set([...this.#scope.stages, this.#scope.collect].flatMap((step) => this.#outer(readsOf(step))));
    for (const name of ["input", "state", ...explode.reads, ...(made.after ?? []).map(({ step }) => step)])
      needed.delete(name);
    return { ...made, after: [...(made.after ?? []), ...[...needed].map((step) => ({ step }))] };
  }

  #stage(stage: ItemStep, later: readonly ItemStep[]): readonly StepSpec[] {
    const { name } = stage.spec;
    const before: StepSpec[] = [];
    if (this.#segment.passed.some(({ explodes }) => explodes)) before.push(this.#relay(stage, later));
    const isGated = stage.batch !== undefined && stage.when !== undefined;
    if (isGated) before.push(this.#gate(stage));
    const handed = this.#handed(isGated ? [] : readsOf(stage));
    this.#parts.set(name, { role: "stage", inner: this.#names, handed, batch: stage.batch });
    const { when, ...whole } = stage;
    const lowered = this.#called(isGated ? whole : stage, handed);
    this.#segment.passed.push({ step: name, explodes: stage.items === "explode" });
    return [...before, lowered];
  }

  /** Lays the items that came through side by side. */
  #relay(stage: ItemStep, later: readonly ItemStep[]): StepSpec {
    const { base, passed } = this.#segment;
    const name = `${stage.spec.name}:items`;
    const wanted = new Set([stage, ...later, this.#scope.collect].flatMap((step) => this.#inner(readsOf(step))));
    this.#parts.set(name, { role: "gather", base, passed: [...passed], wanted: [...wanted] });
    this.#begin({ step: name, holds: "rows" });
    return {
      name,
      on: waitFor([{ base, passed }]),
      with: Object.fromEntries([base, ...passed].map(({ step }) => [step, ref({ step })])),
      run: function gatherItems(found: Read) {
        return narrowed(gather(base, passed, (step) => found[step]).rows, wanted);
      },
      ...(stage.spec.origin && { origin: stage.spec.origin }),
    };
  }

  /** Asks for each item whether it is among those that are handed over together. */
  #gate(stage: ItemStep): StepSpec {
    const { when, whenReads = [] } = stage;
    const handed = this.#handed(readsOf(stage));
    const wanted = this.#inner(stage.reads);
    const name = `${stage.spec.name}:when`;
    this.#parts.set(name, { role: "gate", inner: this.#names, handed, wanted });
    const { origin } = stage.spec;
    const gate: ItemStep = {
      spec: { name, ...(origin && { origin }) },
      reads: wanted,
      run: (of) => of,
      whenReads,
      ...(when && { when }),
      ...(stage.workers !== undefined && { workers: stage.workers }),
    };
    const lowered = this.#called(gate, handed);
    this.#segment.passed.push({ step: name, explodes: false, isGate: true });
    return lowered;
  }

  /** What a step is called with that reads these names of an item. */
  #handed(reads: readonly string[]): Handover {
    return handover(this.#segment, this.#inner(reads));
  }

  #called(stage: ItemStep, handed: Handover): StepSpec {
    const { workers, batch } = stage;
    const { after: _after, ...spec } = stage.spec;
    const outer = this.#outer(readsOf(stage));
    const when = stage.when;
    const run = (of: Read, given: Read, tools: StepTools) => stage.run(picked({ ...given, ...of }, stage.reads), tools);
    return {
      ...spec,
      on: handed.on,
      forEach: {
        onError: "collect",
        ...(workers !== undefined && { concurrency: workers }),
        ...(batch !== undefined && { batch }),
      },
      with: { element: ref("item"), outer: this.#refs(outer) },
      ...(when && {
        when: (values: Read) => {
          const given = Object.fromEntries(outer.map((name) => [name, values[name]]));
          return when({ ...given, ...readElement(handed, values.item) });
        },
      }),
      run: ({ element, outer: given }: { readonly element: unknown; readonly outer: Read }, tools: StepTools) => {
        if (batch === undefined) return listed(stage, run(readElement(handed, element), given, tools));
        const rows = (element as readonly unknown[]).map((one) => readElement(handed, one));
        const names = this.#inner(stage.reads);
        const lists = Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])]));
        return listedEach(stage, run(lists, given, tools));
      },
    };
  }

  #collect(collect: ItemStep): StepSpec {
    const segments = this.#segments;
    this.#parts.set(collect.spec.name, { role: "collect", inner: this.#names, segments });
    const steps = segments.flatMap(({ base, passed }) => [base, ...passed].map(({ step }) => step));
    const outer = this.#outer(collect.reads);
    const { after: _after, ...spec } = collect.spec;
    return {
      ...spec,
      on: waitFor(segments),
      with: { found: this.#refs(steps), outer: this.#refs(outer) },
      run: ({ found, outer: given }: { readonly found: Read; readonly outer: Read }, tools: StepTools) => {
        const gathered = segments.map(({ base, passed }) => gather(base, passed, (step) => found[step]));
        const items = gathered
          .at(-1)!
          .rows.map(({ of }) => collect.run(picked({ ...given, ...of }, collect.reads), tools));
        const errors = gathered.flatMap((one) => one.errors);
        if (collect.failed === "fail" && errors.length > 0) throw itemsFailed(collect.spec.name, errors);
        return (collect.failed ?? "keep") === "keep" ? { items, errors } : items;
      },
    };
  }

  #begin(base: Base): void {
    this.#segments.push({ base, passed: [] });
  }

  get #segment(): Segment {
    return this.#segments.at(-1)!;
  }

  #inner(reads: readonly string[]): string[] {
    return reads.filter((name) => this.#names.has(name));
  }

  #outer(reads: readonly string[]): string[] {
    return [...new Set(reads.filter((name) => !this.#names.has(name)))];
  }

  #refs(names: readonly string[]): Record<string, unknown> {
    return Object.fromEntries(
      names.map((name) => [name, name === "input" || name === "state" ? ref(name) : ref({ step: name })]),
    );
  }
}

const picked = (values: Read, names: readonly string[]): Read =>
  Object.fromEntries(names.map((name) => [name, values[name]]));

const readsOf = ({ reads, whenReads = [] }: ItemStep) => [...reads, ...whenReads];

/** For all of segments: the lists, and how each call for their elements came out. */
function waitFor(segments: readonly Segment[]): Condition {
  const of = segments.flatMap(({ base, passed }) => [
    { kind: "name", name: base.step } as const,
    ...passed.map(({ step }) => ({ kind: "outcomes", step }) as const),
  ]);
  return of.length === 1 ? of[0]! : { kind: "and", of };
}

/** What explodes makes lists, per item too. */
function listed({ items, spec }: ItemStep, made: unknown): unknown {
  if (items !== "explode") return made;
  if (made instanceof Promise) return made.then((list) => checkedList(list, spec.name));
  return checkedList(made, spec.name);
}

function checkedList(made: unknown, step: string): unknown {
  if (Array.isArray(made)) return made;
  throw new FlowError("STEP_VALUE_INVALID", `The explode step "${step}" was given something that is no list.`, {
    hint: "Refer to a list by `items`.",
  });
}

/** The same for each of a batch; what is no list of results the engine tells. */
function listedEach(stage: ItemStep, made: unknown): unknown {
  if (stage.items !== "explode") return made;
  if (made instanceof Promise) return made.then((results) => listedEach(stage, results));
  return Array.isArray(made) ? made.map((list) => checkedList(list, stage.spec.name)) : made;
}
