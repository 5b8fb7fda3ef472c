/**
 * Steps between `explode` and `collect` on the engine's `forEach`: each item a call of its own in each step, and a transaction.
 * An item goes on to the next step as soon as it is done; one that has failed passes by those that are left. Where a step wants
 * more than the one before hands over (batches, what other steps made, lists in lists), a step is put before it that waits for all
 * and lays the items that came through side by side: `<step>:items`.
 */
import { type Condition, FlowError, ref, type StepSpec, type StepTools } from "millrace";
import type { ItemStep, Read } from "./item-step.js";
import { itemsFailed } from "./items-failed.js";
import { type Base, gather, inBatches, narrowed, type Passed, type Row, rowsOf } from "./rows.js";
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

export interface PassedBase {
  readonly base: Base;
  readonly passed: readonly Passed[];
}

export type ItemPart =
  | { readonly role: "explode" }
  /** Lays items side by side. */
  | ({ readonly role: "gather"; readonly wanted: readonly string[]; readonly batch: number | undefined } & PassedBase)
  /** Is called for elements of the base, or for what the last that has passed made of them. */
  | ({ readonly role: "stage"; readonly inner: ReadonlySet<string>; readonly batch: number | undefined } & PassedBase)
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
    if (!this.#isDirect(stage)) before.push(this.#relay(stage, later));
    const segment = this.#segment;
    const lowered = this.#called(stage, segment);
    const { base, passed } = segment;
    this.#parts.set(name, { role: "stage", base, passed: [...passed], inner: this.#names, batch: stage.batch });
    segment.passed.push({ step: name, explodes: stage.items === "explode" });
    return [...before, lowered];
  }

  /** Whether all that a stage wants of an item is at hand when it is called for what its segment hands over. */
  #isDirect(stage: ItemStep): boolean {
    const { base, passed } = this.#segment;
    if (stage.batch !== undefined || base.holds === "batches" || passed.some(({ explodes }) => explodes)) return false;
    const last = passed.at(-1)?.step;
    const inBase = (name: string) => !passed.some(({ step }) => step === name);
    // By its position an item finds its element of the base.
    return this.#inner(readsOf(stage)).every((name) => name === last || inBase(name));
  }

  /** Lays the items that came through side by side. */
  #relay(stage: ItemStep, later: readonly ItemStep[]): StepSpec {
    const { base, passed } = this.#segment;
    const name = `${stage.spec.name}:items`;
    const wanted = new Set([stage, ...later, this.#scope.collect].flatMap((step) => this.#inner(readsOf(step))));
    const { batch } = stage;
    this.#parts.set(name, { role: "gather", base, passed: [...passed], wanted: [...wanted], batch });
    this.#begin({ step: name, holds: batch === undefined ? "rows" : "batches" });
    return {
      name,
      on: waitFor([{ base, passed }]),
      with: Object.fromEntries([base, ...passed].map(({ step }) => [step, ref({ step })])),
      run: function gatherItems(found: Read) {
        const rows = narrowed(gather(base, passed, (step) => found[step]).rows, wanted);
        return batch === undefined ? rows : inBatches(rows, batch);
      },
      ...(stage.spec.origin && { origin: stage.spec.origin }),
    };
  }

  #called(stage: ItemStep, { base, passed }: Segment): StepSpec {
    const { workers } = stage;
    const { after: _after, ...spec } = stage.spec;
    const last = passed.at(-1)?.step;
    const from = last ?? base.step;
    const outer = this.#outer(readsOf(stage));
    const run = (of: Read, given: Read, tools: StepTools) =>
      listed(stage, stage.run(picked({ ...given, ...of }, stage.reads), tools));
    const when = stage.when;
    return {
      ...spec,
      on: last === undefined ? { kind: "name", name: from } : { kind: "elements", step: from },
      forEach: { onError: "collect", ...(workers !== undefined && { concurrency: workers }) },
      with: {
        element: ref("item"),
        index: ref("index"),
        ...(last !== undefined && { list: ref({ step: base.step }) }),
        outer: this.#refs(outer),
      },
      ...(when && {
        when: (values: Read) => {
          const { item } = values;
          const index = values.index as number;
          const given = Object.fromEntries(outer.map((name) => [name, values[name]]));
          if (last === undefined) return when({ ...given, ...rowsOf(base, item, index)[0]!.of });
          const { of } = rowsOf(base, [...(values[base.step] as Iterable<unknown>)][index], index)[0]!;
          return when({ ...given, ...of, [last]: item });
        },
      }),
      run: ({ element, index, list, outer: given }: Called, tools: StepTools) => {
        if (base.holds === "batches")
          return runBatch(
            stage,
            (element as readonly Row[]).map((row) => row.of),
            { given, tools },
          );
        if (last === undefined) return run(rowsOf(base, element, index)[0]!.of, given, tools);
        const { of } = rowsOf(base, [...list!][index], index)[0]!;
        return run({ ...of, [last]: element }, given, tools);
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

interface Called {
  readonly element: unknown;
  readonly index: number;
  readonly list?: Iterable<unknown>;
  readonly outer: Read;
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

interface Around {
  readonly given: Read;
  readonly tools: StepTools;
}

/** One call for several items: each name is a list of what it is for each. */
async function runBatch(stage: ItemStep, rows: readonly Read[], { given, tools }: Around): Promise<readonly unknown[]> {
  const names = Object.keys(rows[0]!).filter((name) => stage.reads.includes(name));
  const lists = Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])]));
  const made = await stage.run({ ...given, ...lists }, tools);
  if (Array.isArray(made) && made.length === rows.length)
    return stage.items === "explode" ? made.map((list) => checkedList(list, stage.spec.name)) : made;
  const what = Array.isArray(made) ? `${made.length} results` : "something that is no list";
  throw new FlowError(
    "STEP_VALUE_INVALID",
    `Step "${stage.spec.name}" was given ${rows.length} items at once, and made ${what} of them.`,
    {
      hint: "With `batch`, return a list with one result for each item, in their order.",
    },
  );
}
