/** What may be given as a flow, made into its class. Told by shape, since a project may have its own copy of `millrace`. */
import { type Flow, FlowError, type FlowGraph, type FlowOptions, type FlowPlan, type PictureOptions } from "millrace";

// biome-ignore lint/suspicious/noExplicitAny: a flow of any state, inputs and output
export type AnyFlow = Flow<any>;

/** A flow class, from whichever copy of the package and through whichever door. */
export interface AnyFlowClass {
  // biome-ignore lint/suspicious/noExplicitAny: whatever its state is
  new (options?: FlowOptions<any>): AnyFlow;
  readonly name: string;
  readonly flowName?: string;
  /** Of a document's flow, or as a class says it. */
  readonly description?: unknown;
  readonly inputs?: unknown;
  readonly state?: unknown;
  readonly output?: unknown;
  plan(options?: { readonly strict?: boolean }): FlowPlan;
  plot(options: { readonly format: "mermaid" }): string;
  plot(options: { readonly format: "json" }): FlowGraph;
  plot(options: PictureOptions & { readonly format: "svg" | "html" }): string;
}

/** A flow class, or what the builder makes. */
export type FlowSource = AnyFlowClass | { toClass(): unknown };

/**
 * The class of a flow class, of an instance, or of what a builder makes.
 * @throws {FlowError} SERVER_OPTION_INVALID – it is none of these
 * @throws {FlowError} PLAN_INVALID – of a builder whose flow has plan problems
 */
export function flowClassOf(value: unknown): AnyFlowClass {
  if (typeof value === "function" && isFlowClass(value)) return value;
  if ((typeof value === "object" || typeof value === "function") && value !== null) {
    const { toClass, constructor: made } = value as { toClass?: unknown; constructor?: unknown };
    if (typeof toClass === "function") return flowClassOf(toClass.call(value));
    if (typeof made === "function" && isFlowClass(made)) return made;
  }
  throw new FlowError("SERVER_OPTION_INVALID", "`flows` holds what is no flow.", {
    hint: "Give classes that extend Flow, or flows that were built.",
    details: { option: "flows" },
  });
}

// biome-ignore lint/complexity/noBannedTypes: what `typeof` has found
function isFlowClass(value: Function): value is AnyFlowClass & Function {
  const { prototype, plan } = value as Partial<AnyFlowClass> & { prototype?: Partial<AnyFlow> };
  return (
    typeof plan === "function" && typeof prototype?.kickoff === "function" && typeof prototype.resume === "function"
  );
}
