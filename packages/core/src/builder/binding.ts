/**
 * What a step's parameters are made of when it is called: a tree of plain values in which references and templates stand. A
 * reference is written by path, `ref("parse.text")`, or read off the set of references that a builder's functions are given;
 * both are the same here.
 */
import type { Settled } from "../definition/index.js";
import { FlowError } from "../errors/index.js";
import { makeRef, type Ref, type RefTarget, readRef, refWith, useRef } from "./ref.js";

/** A tree of plain values, references and templates. What is neither a list nor a plain object stands for itself. */
export type Binding = unknown;

/** A text with references in it. */
export class Template {
  readonly texts: readonly string[];
  readonly values: readonly Binding[];

  constructor(texts: readonly string[], values: readonly Binding[]) {
    this.texts = Object.freeze([...texts]);
    this.values = Object.freeze([...values]);
    for (const value of values) useRef(value);
  }
}

/**
 * A text with references in it, made when the step is called: texts stand as they are, numbers and the like as they print,
 * objects as JSON, and what is not there as nothing.
 *
 * @example
 * const hello = flow("hello")
 *   .input(z.object({ name: z.string() }))
 *   .step("greet", (given: { text: string }) => given.text, ({ input }) => ({ text: template`Hello, ${input.name}!` }));
 */
export function template(texts: readonly string[], ...values: readonly unknown[]): Template {
  return new Template(texts, values);
}

/**
 * A reference by name: `"parse.text"` is `text` in what step `parse` returned, `"input.path"` a part of the flow's inputs,
 * `"state.count"` of its state, `"parse.list.1"` an element. Names with dots in them: `{ step, path }`.
 *
 * @example
 * const lengths = flow("lengths")
 *   .input(z.object({ text: z.string() }))
 *   .step("count", (given: { text: string }) => given.text.length, () => ({ text: ref("input.text") }));
 */
// biome-ignore lint/suspicious/noExplicitAny: what a text leads to, the compiler can't know
export function ref(to: string | RefTarget): Ref<any> {
  if (typeof to === "string") return makeRef({ path: to.split(".") });
  if (typeof to !== "object" || to === null || typeof to.step !== "string")
    throw new FlowError("DEFINITION_REFERENCE_MISUSED", "`ref` was given something that leads nowhere.", {
      hint: 'Give it a path as a text, ref("parse.title"), or by its parts: ref({ step: "parse", path: ["title"] }).',
    });
  const { step, path = [], default: fallback } = to;
  const given = "default" in to && { fallback: { value: fallback } };
  return makeRef({ path: [step, ...path.map(String)], ...given });
}

/**
 * A reference with a value for when there is none: where it leads to `undefined`, or its step was skipped or has failed. The step
 * that is handed it runs all the same.
 */
export function orElse<T, const D>(to: Ref<T>, fallback: D): Ref<Exclude<T, undefined> | D> {
  checkRef(to, "orElse");
  return refWith(to, { fallback: { value: fallback } });
}

/**
 * How a step came out, in place of its result: `{ status: "completed", value }`, `{ status: "failed", error }` or
 * `{ status: "skipped" }`. The step that is handed it runs in each case.
 */
export function outcomeOf<T>(step: Ref<T>): Ref<Settled<T>> {
  checkRef(step, "outcomeOf");
  return refWith(step, { settled: true });
}

function checkRef(value: unknown, what: string): void {
  if (readRef(value)) return;
  throw new FlowError("DEFINITION_REFERENCE_MISUSED", `${what} was given something that is no reference.`, {
    hint: `Give it what leads to the value: ${what}(parse.title, …), or ${what}(ref("parse.title"), …).`,
  });
}
