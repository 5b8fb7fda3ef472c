/** What a router returns: how an author writes labels, and how the runtime reads them. */
import { FlowError } from "../errors/index.js";
import type { AnyRoute, Route } from "./step-results.js";

/** Registered, so that a route is known across two copies of the package. */
const mark = Symbol.for("millrace.route");

interface RouteValue {
  readonly [mark]: true;
  readonly label: string;
  readonly payload: unknown;
}

/** A label that a router returned, with what its listeners are given. */
export interface ReturnedLabel {
  readonly label: string;
  readonly payload: unknown;
}

/** What a router's return value says. */
export interface RouteReading {
  /** In the order returned; empty for `undefined`. */
  readonly labels: readonly ReturnedLabel[];
  /** The step's own result: the label, the labels as a list, or undefined. */
  readonly result: string | readonly string[] | undefined;
}

/**
 * A label that carries a payload to whoever listens to it. Return it from a router.
 *
 * @example
 * ```ts
 * class Review extends Flow {
 *   @start() @router() check() { return Math.random() > 0.5 ? "good" : route("rework", { notes: ["longer"] }); }
 *   @listen("rework") write({ notes }: { notes: string[] }) { return notes.join(); }
 * }
 * ```
 */
export function route<const L extends string, P>(label: L, payload: P): Route<L, P> {
  // For the compiler it is its label, marked with the payload's type; it becomes that label when the step completes.
  return Object.freeze({ [mark]: true, label, payload }) as RouteValue as unknown as Route<L, P>;
}

/**
 * Several labels at once. Return it from a router.
 *
 * @example
 * ```ts
 * class Inbox extends Flow {
 *   @start() @router() sort() { return labels("archive", route("notify", { to: "ada" })); }
 *   @listen("archive") archive1() { return "kept"; }
 *   @listen("notify") mail({ to }: { to: string }) { return to; }
 * }
 * ```
 */
export function labels<const A extends readonly (string | AnyRoute)[]>(...given: A): A {
  return Object.freeze(given);
}

/**
 * Reads what router `step` returned: one label, several (`labels(…)` or an array), or none (`undefined`). A label without a
 * payload of its own carries itself.
 *
 * @throws {FlowError} ROUTE_INVALID – it is none of these, or names a label twice
 */
export function readRoute(value: unknown, step: string): RouteReading {
  if (value === undefined) return { labels: [], result: undefined };
  if (!Array.isArray(value)) {
    const label = readLabel(value, step);
    return { labels: [label], result: label.label };
  }
  const found = value.map((item) => readLabel(item, step));
  const names = found.map(({ label }) => label);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw invalid(step, `the label ${JSON.stringify(twice)} twice`);
  return { labels: found, result: names };
}

function readLabel(value: unknown, step: string): ReturnedLabel {
  if (typeof value === "string" && value !== "") return { label: value, payload: value };
  if (isRoute(value) && typeof value.label === "string" && value.label !== "") {
    return { label: value.label, payload: value.payload };
  }
  throw invalid(step, describe(value));
}

function isRoute(value: unknown): value is RouteValue {
  return typeof value === "object" && value !== null && mark in value;
}

function invalid(step: string, what: string): FlowError {
  return new FlowError("ROUTE_INVALID", `Router "${step}" returned ${what}.`, {
    step,
    hint: 'A router returns a label as a string, route("label", payload), labels("a", "b") for several, approval(value, { … }) by itself, or undefined for none.',
  });
}

function describe(value: unknown): string {
  if (value === "") return "an empty label";
  if (isRoute(value)) return "a route without a label";
  if (Array.isArray(value)) return "a list inside a list";
  if (typeof value === "object" && value !== null) return "an object";
  return typeof value === "function" ? "a function" : `${String(value)} (${typeof value})`;
}
