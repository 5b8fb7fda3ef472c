/**
 * Checks a new state as far as its patches reach: what they wrote, and the rules of everything above it. What a patch did
 * not touch was checked when it came in.
 */
import type { ValueProblem } from "../../errors/index.js";
import { readKey } from "../containers.js";
import { isObject } from "../kinds.js";
import type { PathKey, StatePatch, StatePath } from "../types.js";
import {
  checkAbsent,
  checkExtraKey,
  checkMapEntry,
  checkMembers,
  checkRecordEntry,
  checkValue,
  requiredKeys,
} from "./check-value.js";
import { type Fitted, fitValue } from "./fit-value.js";
import { type FoundProblem, Problems } from "./problems.js";
import { defOf, hasRules, quickTest, runRules, type Schema, unwrap } from "./zod.js";

/** The schema of a state, made ready once per flow. */
export class StateSchema {
  readonly #schema: Schema;
  /** For keys of the root that no rule stands above: most patches set one of these. */
  readonly #quick: ReadonlyMap<PathKey, (value: unknown) => boolean>;

  constructor(schema: Schema) {
    this.#schema = schema;
    this.#quick = quickTests(schema);
  }

  /** @returns Undefined: the state fits. */
  check(root: unknown, patches: readonly StatePatch[]): readonly ValueProblem[] | undefined {
    let check: PatchCheck | undefined;
    for (const patch of patches) {
      if (this.#passes(patch)) continue;
      check ??= new PatchCheck();
      check.check(this.#schema, root, patch);
    }
    return check?.run();
  }

  /** A whole state, which may be older than the schema: what the schema gives to keys that are not there is filled in. */
  fit(root: unknown): Fitted {
    return fitValue(this.#schema, root);
  }

  #passes(patch: StatePatch): boolean {
    return (
      patch.op === "set" && patch.path.length === 1 && this.#quick.get(patch.path[0] as PathKey)?.(patch.value) === true
    );
  }
}

function quickTests(schema: Schema): ReadonlyMap<PathKey, (value: unknown) => boolean> {
  const tests = new Map<PathKey, (value: unknown) => boolean>();
  const def = defOf(schema);
  if (def.type !== "object" || hasRules(schema)) return tests;
  for (const [key, child] of Object.entries(def.shape as Record<string, Schema>)) {
    const test = quickTest(child);
    if (test) tests.set(key, test);
  }
  return tests;
}

class PatchCheck {
  readonly problems = new Problems();
  #patch: StatePatch = { op: "delete", path: [] };
  /** Schemas above what was written whose rules have to run, each with the values that it stands for. */
  #above: Map<Schema, Map<unknown, StatePath>> | undefined;
  /** Values that were checked as a whole. */
  #whole: Map<Schema, Set<unknown>> | undefined;

  check(schema: Schema, root: unknown, patch: StatePatch): void {
    this.#patch = patch;
    this.#walk(schema, root);
  }

  /** After all patches: rules may rely on the shape that they were written for. */
  run(): readonly ValueProblem[] | undefined {
    if (this.problems.found.length === 0) {
      for (const [schema, values] of this.#above ?? []) {
        for (const [value, path] of values) this.problems.addAll(rulesBroken(schema, value, path));
      }
    }
    return this.problems.found.length === 0 ? undefined : this.problems.values;
  }

  #walk(schema: Schema, value: unknown): void {
    const { op, path } = this.#patch;
    const { length } = this.problems.at;
    if (op === "set" && length === path.length) return checkValue(schema, value, this.problems);
    const inner = isObject(value) ? unwrap(schema) : undefined;
    if (inner !== undefined) {
      this.#ruleAbove(schema, value);
      return this.#walk(inner, value);
    }
    if (length === path.length) return this.#addition(schema, value);
    if (!isObject(value)) return this.#asWhole(schema, value);
    this.#step(schema, value, path[length] as PathKey);
  }

  /** One key further down. */
  #step(schema: Schema, value: object, key: PathKey): void {
    const { op, path } = this.#patch;
    const last = this.problems.at.length === path.length - 1;
    const def = defOf(schema);
    const below = childSchema(schema, value, key);
    if (below === undefined && def.type !== "object") return this.#asWhole(schema, value);
    this.#ruleAbove(schema, value);
    if (op === "delete" && last) {
      if (below !== undefined) checkDeleted(schema, key, this.problems);
    } else if (def.type === "object" && below === undefined) {
      checkExtraKey(def, [key as string, readKey(value, key)], this.problems);
    } else if (def.type === "record" && last) {
      checkRecordEntry(def, [key as string, readKey(value, key)], this.problems);
    } else if (def.type === "map" && last) {
      checkMapEntry(def, [key, readKey(value, key)], this.problems);
    } else {
      this.problems.at.push(key);
      this.#walk(below as Schema, readKey(value, key));
      this.problems.at.pop();
    }
  }

  /** Elements appended to an array or added to a Set. */
  #addition(schema: Schema, value: unknown): void {
    const patch = this.#patch;
    const def = defOf(schema);
    if (patch.op === "append" && def.type === "array" && Array.isArray(value)) {
      const from = value.length - patch.values.length;
      patch.values.forEach((item, index) => {
        this.problems.inside(from + index, () => checkValue(def.element, item, this.problems));
      });
    } else if (patch.op === "members" && def.type === "set") {
      checkMembers(def.valueType, patch.add, this.problems);
    } else return this.#asWhole(schema, value);
    this.#ruleAbove(schema, value);
  }

  #asWhole(schema: Schema, value: unknown): void {
    this.#whole ??= new Map();
    let done = this.#whole.get(schema);
    if (done === undefined) {
      done = new Set();
      this.#whole.set(schema, done);
    }
    if (isObject(value) && done.has(value)) return;
    done.add(value);
    checkValue(schema, value, this.problems);
  }

  #ruleAbove(schema: Schema, value: unknown): void {
    if (!hasRules(schema)) return;
    this.#above ??= new Map();
    let values = this.#above.get(schema);
    if (values === undefined) {
      values = new Map();
      this.#above.set(schema, values);
    }
    if (!values.has(value)) values.set(value, [...this.problems.at]);
  }
}

function rulesBroken(schema: Schema, value: unknown, path: StatePath): readonly FoundProblem[] {
  const problems = new Problems(path);
  runRules(schema, value, problems);
  return problems.found;
}

/** The schema of one key, where it can be known without the others. */
function childSchema(schema: Schema, value: object, key: PathKey): Schema | undefined {
  const def = defOf(schema);
  switch (def.type) {
    case "object":
      return Object.hasOwn(def.shape, key as string) ? def.shape[key as string] : undefined;
    case "array":
      return Array.isArray(value) ? def.element : undefined;
    case "tuple":
      return Array.isArray(value) ? (def.items[key as number] ?? def.rest ?? undefined) : undefined;
    case "record":
      return def.mode === "loose" ? undefined : def.valueType;
    case "map":
      return value instanceof Map ? def.valueType : undefined;
    default:
      return undefined;
  }
}

function checkDeleted(schema: Schema, key: PathKey, problems: Problems): void {
  const def = defOf(schema);
  if (def.type === "object") checkAbsent(def.shape[key as string] as Schema, key as string, problems);
  if (def.type === "record" && requiredKeys(def).includes(key as string))
    checkAbsent(def.valueType, key as string, problems);
}
