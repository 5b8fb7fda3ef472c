/**
 * Where step decorators write, and how that is read. An edge is written twice: on the method's own function, and by name in
 * a table of its class, because another decorator may replace the function. The table hangs on TC39's `context.metadata`
 * or, in the legacy dialect, on the prototype.
 */
import { FlowError } from "../errors/index.js";
import { metadataSymbol } from "./metadata.js";
import type { AnyFn } from "./step-results.js";

/** One step decorator, as written. */
export interface RecordedEdge {
  readonly kind: "start" | "listen" | "router";
  /** The condition; undefined: none was given. */
  readonly on: unknown;
  readonly options: unknown;
  /** The method as this decorator saw it: the author's own unless a decorator below has replaced it. */
  readonly method: AnyFn;
}

/** The edges of one step in the order in which its decorators are written. */
type Edges = readonly RecordedEdge[];

/** Registered, so that two copies of the package read each other's edges. */
const edgesKey = Symbol.for("millrace.edges");

/** Records an edge; `given` is what the language hands to a decorator in either dialect. */
export function recordEdge(edge: Omit<RecordedEdge, "method">, given: readonly unknown[]): void {
  const { name, method, table } = placeOf(edge.kind, given);
  const recorded: RecordedEdge = { ...edge, method };
  // Decorators apply from the one nearest to the method outward.
  Reflect.defineMetadata(edgesKey, [recorded, ...(ownEdges(method) ?? [])], method);
  if (table) Reflect.defineMetadata(edgesKey, [recorded, ...(ownEdges(table, name) ?? [])], table, name);
}

/** The edges that a prototype itself gives to one of its methods; undefined: none. */
export function edgesAt(prototype: object, name: string): Edges | undefined {
  const owner = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value as object | undefined;
  const metadata = owner && Object.getOwnPropertyDescriptor(owner, metadataSymbol)?.value;
  const method = Object.getOwnPropertyDescriptor(prototype, name)?.value;
  return (
    ownEdges(prototype, name) ??
    (isObject(metadata) ? ownEdges(metadata, name) : undefined) ??
    (typeof method === "function" ? ownEdges(method) : undefined)
  );
}

function ownEdges(target: object, name?: string): Edges | undefined {
  return name === undefined ? Reflect.getOwnMetadata(edgesKey, target) : Reflect.getOwnMetadata(edgesKey, target, name);
}

/** What is decorated: in TC39 `(method, context)`, in the legacy dialect `(prototype, name, descriptor)`. */
function placeOf(kind: RecordedEdge["kind"], [first, second, third]: readonly unknown[]) {
  const place = isObject(second) ? placeByContext(first, second) : placeByDescriptor(first, second, third);
  const { what, name, method, table } = place;
  if (what === "method" && typeof name === "string" && typeof method === "function") {
    return { name, method: method as AnyFn, table };
  }
  const found = what === "method" ? "a method whose name is a symbol" : what;
  throw new FlowError("DEFINITION_DECORATOR_MISPLACED", `@${kind} stands on ${found}, ${quote(name)}.`, {
    hint: "A step is an instance method with a name of its own: make it one (`private` is fine, `#private`, `static`, getters and fields are not).",
    details: { decorator: kind, name: String(name) },
  });
}

interface Place {
  readonly what: string;
  readonly name: unknown;
  readonly method: unknown;
  readonly table: object | undefined;
}

function placeByContext(method: unknown, context: Record<string, unknown>): Place {
  const { kind, name, metadata } = context;
  const plain = kind === "method" ? kind : kind === "accessor" ? "an accessor" : `a ${kind}`;
  return {
    what: context.static ? `a static ${kind}` : context.private ? `a #private ${kind}` : plain,
    name: context.kind === "class" ? (name ?? "(anonymous)") : name,
    method,
    table: isObject(metadata) ? metadata : undefined,
  };
}

function placeByDescriptor(target: unknown, name: unknown, descriptor: unknown): Place {
  const method = isObject(descriptor) ? descriptor.value : undefined;
  const what =
    typeof target === "function"
      ? name === undefined
        ? "a class"
        : "a static member"
      : !isObject(descriptor)
        ? "a field"
        : typeof method === "function"
          ? "method"
          : "a getter or setter";
  const shown = what === "a class" ? (target as { name?: string }).name : name;
  return { what, name: shown, method, table: isObject(target) ? target : undefined };
}

function quote(name: unknown): string {
  return typeof name === "string" ? JSON.stringify(name) : String(name);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
