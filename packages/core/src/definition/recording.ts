/**
 * Where step decorators write, and how that is read. An edge is written twice: by name in a table of its class, and on the
 * method's own function, which compilers without `context.metadata` and mixins that copy methods need; the table, because
 * another decorator may replace the function. The table is metadata of TC39's `context.metadata` or, in the legacy dialect,
 * of the prototype. What stands on a function is a hidden property: metadata of each of a thousand functions takes longer to
 * write than all else.
 */
import { FlowError } from "../errors/index.js";
import { metadataSymbol } from "./metadata.js";
import type { AnyFn } from "./step-results.js";

/** One step decorator, as written. */
export interface RecordedEdge {
  readonly kind: "start" | "listen" | "router" | "forEach";
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

/** The edges that a class itself gives to its methods, by name. */
type EdgeTable = Map<string, Edges>;

interface EdgedMethod {
  readonly [edgesKey]: Edges;
}

/** Records an edge; `given` is what the language hands to a decorator in either dialect. */
export function recordEdge({ kind, on, options }: Omit<RecordedEdge, "method">, given: readonly unknown[]): void {
  const { name, method, table: owner } = placeOf(kind, given);
  const recorded: RecordedEdge = { kind, on, options, method };
  // Decorators apply from the one nearest to the method outward.
  const before = edgesOn(method);
  const value = before ? [recorded, ...before] : [recorded];
  Reflect.defineProperty(method, edgesKey, { value, configurable: true });
  if (!owner) return;
  const table: EdgeTable = tableOn(owner) ?? new Map();
  if (table.size === 0) Reflect.defineMetadata(edgesKey, table, owner);
  const below = table.get(name);
  table.set(name, below ? [recorded, ...below] : [recorded]);
}

/**
 * Of a decorator without parentheses, which is given what it stands on in place of a condition; it would record nothing.
 * @throws {FlowError} DEFINITION_DECORATOR_MISPLACED
 */
export function refuseBare(kind: RecordedEdge["kind"], given: readonly unknown[]): void {
  const [, second] = given;
  const isContext = isObject(second) && typeof second.kind === "string" && typeof second.addInitializer === "function";
  const isLegacy = given.length === 3 && (typeof second === "string" || typeof second === "symbol");
  if (!isContext && !isLegacy) return;
  const name = isContext ? second.name : second;
  throw new FlowError("DEFINITION_DECORATOR_MISPLACED", `@${kind} on ${quote(name)} has no parentheses.`, {
    hint: `Write ${withParentheses[kind]}.`,
    details: { decorator: kind, name: String(name) },
  });
}

const withParentheses: Readonly<Record<RecordedEdge["kind"], string>> = {
  start: "@start()",
  listen: '@listen("step"), with what it waits for',
  router: '@router("step"), with what it waits for, or @router() beside a @start() or @listen("step")',
  forEach: '@forEach("step"), with what it waits for',
};

/** What a prototype itself says of its methods: asked by name, the edges that it gives to one of them; undefined: none. */
export function edgesOf(prototype: object): (name: string) => Edges | undefined {
  const owner = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value as object | undefined;
  const metadata = owner && Object.getOwnPropertyDescriptor(owner, metadataSymbol)?.value;
  const legacy = tableOn(prototype);
  const standard = isObject(metadata) ? tableOn(metadata) : undefined;
  return (name) => {
    const written = legacy?.get(name) ?? standard?.get(name);
    if (written) return written;
    const method = ownMethod(prototype, name);
    return method && edgesOn(method);
  };
}

/** A method of the prototype itself; undefined for what is none. */
export function ownMethod(prototype: object, name: string): AnyFn | undefined {
  const method: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
  return typeof method === "function" ? (method as AnyFn) : undefined;
}

function edgesOn(method: AnyFn): Edges | undefined {
  return Object.hasOwn(method, edgesKey) ? (method as Partial<EdgedMethod>)[edgesKey] : undefined;
}

function tableOn(owner: object): EdgeTable | undefined {
  return Reflect.getOwnMetadata(edgesKey, owner);
}

/** What is decorated: in TC39 `(method, context)`, in the legacy dialect `(prototype, name, descriptor)`. */
function placeOf(kind: RecordedEdge["kind"], given: readonly unknown[]) {
  if (isElementOf2018(given[0])) throw dialectUnknown(kind, given[0].key);
  const place = isObject(given[1])
    ? placeByContext(given[0], given[1])
    : placeByDescriptor(given[0], given[1], given[2]);
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

/** What decorators of the proposal of 2018 were given: Next.js compiles to them where nothing else is said. */
function isElementOf2018(target: unknown): target is { readonly key: unknown } {
  return isObject(target) && target[Symbol.toStringTag as never] === "Descriptor" && "key" in target;
}

function dialectUnknown(kind: string, name: unknown): FlowError {
  return new FlowError("DEFINITION_DIALECT_UNKNOWN", `@${kind} on ${quote(name)} was compiled in a dialect of 2018.`, {
    hint: 'Set "experimentalDecorators": true in the compilerOptions of tsconfig.json, which Next.js reads too; for swc itself, "decoratorVersion": "2022-03".',
    details: { decorator: kind, name: String(name) },
  });
}

function quote(name: unknown): string {
  return typeof name === "string" ? JSON.stringify(name) : String(name);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
