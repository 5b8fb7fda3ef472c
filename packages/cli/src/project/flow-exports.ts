/** The flows among what a module exports. Told by their shape, since the project may have its own copy of `millrace`. */
import type { DefinitionData, Flow, FlowGraph, FlowOptions, FlowPlan, PictureOptions } from "millrace";

/** A flow class, from whichever copy of the package and through whichever door. */
export interface AnyFlowClass {
  // biome-ignore lint/suspicious/noExplicitAny: whatever its state is
  new (options?: FlowOptions<any>): Flow<any>;
  readonly name: string;
  readonly flowName?: string;
  readonly inputs?: unknown;
  readonly state?: unknown;
  readonly output?: unknown;
  plan(options?: { readonly strict?: boolean }): FlowPlan;
  toDefinition(): DefinitionData;
  plot(options: { readonly format: "mermaid" }): string;
  plot(options: { readonly format: "json" }): FlowGraph;
  plot(options: PictureOptions & { readonly format: "svg" | "html" }): string;
}

export interface ExportedFlow {
  /** The flow's name. */
  readonly name: string;
  readonly exportName: string;
  readonly flowClass: AnyFlowClass;
}

/** An export that would be a flow, and what keeps it from being one. */
export interface BrokenExport {
  readonly exportName: string;
  readonly error: unknown;
}

export interface FoundExports {
  readonly flows: readonly ExportedFlow[];
  readonly broken: readonly BrokenExport[];
}

/** In the order of the module, each class once; a base class that is none by itself is left out. */
export function flowExports(exports: Readonly<Record<string, unknown>>): FoundExports {
  const found = new Map<AnyFlowClass, ExportedFlow>();
  const broken: (BrokenExport & { readonly value: unknown })[] = [];
  for (const [exportName, value] of Object.entries(exports)) {
    try {
      const flowClass = asFlowClass(value);
      if (!flowClass || (found.has(flowClass) && exportName === "default")) continue;
      found.set(flowClass, { name: flowNameOf(flowClass), exportName, flowClass });
    } catch (error) {
      if (!broken.some((one) => one.value === value)) broken.push({ exportName, error, value });
    }
  }
  const all = [...found.values()];
  const isBase = ({ flowClass }: ExportedFlow) =>
    all.some((other) => other.flowClass.prototype instanceof flowClass) && !compiles(flowClass);
  return { flows: all.filter((flow) => !isBase(flow)), broken };
}

/**
 * A flow class, that of an instance, or what a builder makes.
 * @throws {FlowError} PLAN_INVALID – of a builder whose flow has plan problems
 */
export function asFlowClass(value: unknown): AnyFlowClass | undefined {
  if (typeof value === "function" && isFlowClass(value)) return value;
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
  const { toClass, toSpec } = value as { toClass?: unknown; toSpec?: unknown };
  if (typeof toClass === "function" && typeof toSpec === "function") return toClass.call(value) as AnyFlowClass;
  const { constructor: made } = value;
  return typeof made === "function" && isFlowClass(made) ? made : undefined;
}

export function flowNameOf({ flowName, name }: AnyFlowClass): string {
  return flowName ?? name;
}

// biome-ignore lint/complexity/noBannedTypes: what `typeof` has found
function isFlowClass(value: Function): value is AnyFlowClass & Function {
  const { prototype, plan } = value as Partial<AnyFlowClass> & { prototype?: Partial<Flow> };
  return (
    typeof plan === "function" && typeof prototype?.kickoff === "function" && typeof prototype.resume === "function"
  );
}

function compiles(flowClass: AnyFlowClass): boolean {
  try {
    flowClass.plan();
    return true;
  } catch {
    return false;
  }
}
