/**
 * `approval(…)`: a router's result that is put before a human, whose answer is the label. Here it is only written down; the
 * runtime makes a question of it when the step has returned.
 */
import type { z } from "zod";
import { FlowError } from "../errors/index.js";
import { type Duration, durationMs } from "./duration.js";
import type { Approval } from "./step-results.js";

/** Registered, so that an approval is known across two copies of the package. */
const mark = Symbol.for("millrace.approval");

/** What a human decides: one of the outcomes, with the feedback that the schema asks for. */
export type Decision<O extends string = string, F = unknown> = { readonly outcome: O } & (undefined extends F
  ? { readonly feedback?: F }
  : { readonly feedback: F });

/** What no answer counts as: an outcome without feedback, or a whole decision. */
type Silence<O extends string, S extends z.ZodType> = O | Decision<O, z.output<S>>;

/** What a human is asked. */
export type ApprovalOptions<O extends string, S extends z.ZodType, X extends Silence<O, S>> = {
  /** What there is to decide. */
  readonly message: string;
  /** The labels to choose from. */
  readonly outcomes: readonly [O, O, ...O[]];
  /** What feedback must look like; it is what the labels carry. It may only check: nothing is there to change an answer. @default no feedback */
  readonly schema?: S;
} & (
  | { readonly timeout?: undefined; readonly onTimeout?: undefined }
  | {
      /** How long an answer is waited for. */
      readonly timeout: Duration;
      /** The outcome of silence: without feedback (its listeners are given undefined), or with the feedback that stands for it. */
      readonly onTimeout: X;
    }
);

/** An approval as a router returned it. */
export interface ApprovalReading {
  readonly value: unknown;
  readonly message: string;
  readonly outcomes: readonly string[];
  readonly schema: z.ZodType | undefined;
  readonly timeoutMs: number | undefined;
  readonly onTimeout: Decision | undefined;
}

/** A class of its own, so that it is no value that a store would take where no router returns it. */
class ApprovalValue {
  readonly [mark]: ApprovalReading;

  constructor(reading: ApprovalReading) {
    this[mark] = reading;
  }
}

/**
 * Puts a value before a human. Return it from a router: the value is the step's result, at once; the label that follows is the
 * outcome that somebody chooses by `flow.runs.answer(id, { outcome, feedback })`, minutes or days later. It carries the feedback.
 *
 * @throws {FlowError} APPROVAL_INVALID – fewer than two outcomes, or one of them twice; a `timeout` without `onTimeout`, or the
 * other way round; `onTimeout` is none of the outcomes
 * @throws {FlowError} DEFINITION_DURATION_INVALID – `timeout` is no duration
 * @example
 * ```ts
 * const Note = z.object({ note: z.string() });
 * class Desk extends Flow {
 *   @start() draft() { return { text: "a first draft" }; }
 *   @router("draft") review(draft: { text: string }) {
 *     return approval(draft, { message: "Publish?", outcomes: ["approved", "rejected"], schema: Note });
 *   }
 *   @listen("rejected") rework({ note }: { note: string }) { return note; }
 * }
 * ```
 */
export function approval<
  V extends NonNullable<unknown>,
  const O extends string,
  S extends z.ZodType = z.ZodUndefined,
  const X extends Silence<O, S> = never,
>(value: V, options: ApprovalOptions<O, S, X>): Approval<V, O, z.output<S>, Extract<X, string>> {
  const { message, outcomes, schema, timeout, onTimeout } = options;
  checkOutcomes(outcomes);
  if ((timeout === undefined) !== (onTimeout === undefined))
    throw invalid(
      timeout === undefined ? "has `onTimeout` and no `timeout`" : "has a `timeout` and no `onTimeout`",
      "Silence is no consent: say by both how long to wait, and which outcome it is then.",
    );
  const silence = typeof onTimeout === "string" ? { outcome: onTimeout } : (onTimeout as Decision | undefined);
  if (silence && !(outcomes as readonly string[]).includes(silence.outcome))
    throw invalid(
      `has ${JSON.stringify(silence.outcome)} for \`onTimeout\``,
      `Take one of its outcomes: ${listed(outcomes)}.`,
    );
  // For the compiler it is its value, marked with the outcomes; the value is what the step's result becomes.
  return new ApprovalValue({
    value,
    message,
    outcomes: Object.freeze([...outcomes]),
    schema,
    timeoutMs: timeout === undefined ? undefined : durationMs(timeout, "The timeout of an approval"),
    onTimeout: silence,
  }) as unknown as Approval<V, O, z.output<S>, Extract<X, string>>;
}

/** What a router returned, if it is an approval. */
export function readApproval(value: unknown): ApprovalReading | undefined {
  return typeof value === "object" && value !== null && mark in value ? (value as ApprovalValue)[mark] : undefined;
}

function checkOutcomes(outcomes: readonly string[]): void {
  if (!Array.isArray(outcomes) || outcomes.length < 2)
    throw invalid("has fewer than two outcomes", "Give the labels that a human chooses from.");
  const wrong = outcomes.find((outcome) => typeof outcome !== "string" || outcome === "");
  if (wrong !== undefined)
    throw invalid(`has ${JSON.stringify(wrong)} for an outcome`, "An outcome is a label: a text.");
  const twice = outcomes.find((outcome, i) => outcomes.indexOf(outcome) !== i);
  if (twice !== undefined) throw invalid(`has the outcome ${JSON.stringify(twice)} twice`, "Name every outcome once.");
}

function invalid(what: string, hint: string): FlowError {
  return new FlowError("APPROVAL_INVALID", `An approval ${what}.`, { hint });
}

const listed = (names: readonly string[]) => names.map((name) => JSON.stringify(name)).join(", ");
