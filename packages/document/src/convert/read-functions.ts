/** The exported functions of a module, read from its source: nothing of it is run. */
import { basename } from "node:path";
import { type DocComment, docComment } from "./doc-comment.js";
import { TypeReader, type WrittenType } from "./read-type.js";
import { convertFailed, lineAt, type Node, type SourceModule, SourceModules } from "./source-modules.js";
import { NoWord, parametersOf, type TypePlace } from "./type-place.js";

export interface ExportedFunction {
  readonly name: string;
  readonly description: string;
  /** Set where it takes its parameters one by one, not as an object. */
  readonly args?: readonly string[];
  readonly parameters: Readonly<Record<string, WrittenParameter>>;
  /** Undefined: not known, or nothing. */
  readonly output: WrittenType | undefined;
}

export interface WrittenParameter {
  readonly type: WrittenType;
  readonly description?: string;
  readonly default?: unknown;
}

export interface ExportedFunctions {
  readonly functions: readonly ExportedFunction[];
  /** Types of the module that parameters refer to, by name. */
  readonly types: Readonly<Record<string, WrittenType>>;
}

/** @throws {FlowError} CONVERT_FAILED – the parser is not installed, the module can't be parsed, or exports no function */
export async function readFunctions(file: string): Promise<ExportedFunctions> {
  const modules = await SourceModules.open();
  const types = new TypeReader(modules);
  const exported = modules.exportsOf(modules.read(file));
  const done = new Set<string>();
  const functions = exported.flatMap(({ name, line, source, node, from, module }) => {
    if (source !== undefined)
      throw convertFailed(
        `${name}, in line ${line}, is exported from "${source}", which is not read.`,
        "Export functions of your own that call it.",
      );
    const made = node && bare(node);
    if (!isFunction(made) || !module || !from || done.has(name)) return [];
    done.add(name);
    const around = { types, doc: docBefore(from, module), at: { module }, line: lineAt(module, made) };
    return [functionOf(name, signatureOf(name, made, around), around)];
  });
  if (functions.length === 0)
    throw convertFailed(`${file} exports no function.`, "Export functions by name: `export function search(…) { … }`.");
  return { functions, types: types.used() };
}

const isFunction = (node: Node | null | undefined): node is Node =>
  node?.type === "ArrowFunctionExpression" ||
  node?.type === "FunctionExpression" ||
  node?.type === "FunctionDeclaration" ||
  node?.type === "TSDeclareFunction";

/** What callers see: of a function with signatures before it, that one. */
function signatureOf(name: string, node: Node, { at, line }: Around): Node {
  const own = (node.id as Node | null | undefined)?.name;
  const signatures = at.module.body
    .map((one) => (one.type.startsWith("Export") && one.declaration ? one.declaration : one) as Node)
    .filter((one) => own !== undefined && one.type === "TSDeclareFunction" && (one.id as Node | null)?.name === own);
  if (signatures.length > 1)
    throw convertFailed(
      `${name}, in line ${line}, has ${signatures.length} signatures, and a tool has one.`,
      "Export a function for each of them.",
    );
  return signatures[0] ?? node;
}

/** Without what only the compiler sees: `(…) satisfies T`, `… as T`. */
function bare(node: Node): Node {
  const wraps = ["TSSatisfiesExpression", "TSAsExpression", "TSNonNullExpression", "ParenthesizedExpression"];
  return wraps.includes(node.type) ? bare(node.expression as Node) : node;
}

/** The comment that stands right before a statement or a member. */
function docBefore(node: Node, { comments, source }: SourceModule): DocComment {
  const start = node.start as number;
  const last = comments.findLast(({ type, end, value }) => type === "Block" && value.startsWith("*") && end <= start);
  return docComment(last && source.slice(last.end, start).trim() === "" ? last.value : "");
}

interface Around {
  readonly types: TypeReader;
  readonly doc: DocComment;
  readonly at: TypePlace;
  readonly line: number;
}

function functionOf(name: string, node: Node, around: Around): ExportedFunction {
  const { types, doc } = around;
  const at: TypePlace = { ...around.at, parameters: parametersOf(node, around.at) };
  const params = (node.params as readonly Node[]).filter((one) => (one as { name?: unknown }).name !== "this");
  const returned = (node.returnType as Node | undefined)?.typeAnnotation as Node | undefined;
  const made = { name, description: descriptionOf(doc) };
  const told = <T>(param: Node, read: () => T): T => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof NoWord)) throw error;
      const { node: type, module, hint } = error;
      const written = module.source.slice(type.start as number, type.end as number).replace(/\s+/g, " ");
      const elsewhere = module === at.module ? "" : ` of ${basename(module.file)}`;
      const text = at.module.source.slice(param.start as number, param.end as number).split(/[:=]/)[0]!;
      throw convertFailed(
        `${name}, in line ${around.line}, takes ${shortened(text)}, and documents have no word for the type ${shortened(written)} (line ${lineAt(module, type)}${elsewhere}).`,
        hint,
      );
    }
  };
  const [first, second, ...others] = params;
  const fields =
    first && others.length === 0 && mayBeTools(second) && told(first, () => fieldsOf(first, { types, at }));
  const output = () => returned && types.result(returned, at);
  // One object, and perhaps the tools of a step: what documents call functions with.
  if (fields) return { ...made, parameters: described(fields, doc), output: output() };
  const single = params.map((param) => told(param, () => parameterOf(param, { ...around, name, at })));
  return {
    ...made,
    ...(single.length > 0 && { args: single.map(([key]) => key) }),
    parameters: described(Object.fromEntries(single), doc),
    output: output(),
  };
}

const shortened = (text: string) => {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
};

const descriptionOf = ({ text, deprecated }: DocComment): string =>
  deprecated === undefined ? text : `${text} Deprecated${deprecated && `: ${deprecated}`}`.trim();

/** Whether a second parameter is what a step is handed beside its values. */
function mayBeTools(param: Node | undefined): boolean {
  const type = (param?.typeAnnotation as Node | null | undefined)?.typeAnnotation as Node | undefined;
  if (!type) return param?.type !== "AssignmentPattern" && param?.type !== "RestElement";
  if (["TSUnknownKeyword", "TSAnyKeyword", "TSTypeLiteral"].includes(type.type)) return true;
  return type.type === "TSTypeReference" && /^(\w*Tools|Flow|Pick)$/.test(String((type.typeName as Node).name ?? ""));
}

function described(parameters: Readonly<Record<string, WrittenParameter>>, { params }: DocComment) {
  return Object.fromEntries(
    Object.entries(parameters).map(([key, parameter]) => [
      key,
      params[key] ? { ...parameter, description: params[key] } : parameter,
    ]),
  );
}

/** The fields of a parameter that is an object; undefined: it is none. */
function fieldsOf(
  param: Node,
  { types, at }: Pick<Around, "types" | "at">,
): Record<string, WrittenParameter> | undefined {
  const pattern = param.type === "AssignmentPattern" ? (param.left as Node) : param;
  const annotation = (pattern.typeAnnotation as Node | null)?.typeAnnotation as Node | undefined;
  const fields = annotation && types.fields(annotation, at);
  if (fields) {
    const defaults = pattern.type === "ObjectPattern" ? defaultsOf(pattern) : {};
    return Object.fromEntries(
      Object.entries(fields).map(([key, { type, member, module }]) => {
        const doc = docBefore(member, module);
        const description = descriptionOf(doc);
        const more = description === "" ? {} : { description };
        const fallback = Object.hasOwn(defaults, key) ? { value: defaults[key] } : fits(doc.default, type);
        return [key, fallback ? { type: required(type), default: fallback.value, ...more } : { type, ...more }];
      }),
    );
  }
  if (pattern.type !== "ObjectPattern" || annotation) return undefined;
  // without types: the names alone are known
  const defaults = defaultsOf(pattern);
  return Object.fromEntries(
    (pattern.properties as readonly Node[]).flatMap((property) => {
      if (property.type !== "Property") return [];
      const key = String((property.key as Node).name ?? (property.key as Node).value);
      return [[key, Object.hasOwn(defaults, key) ? { type: "any", default: defaults[key] } : { type: "any" }]];
    }),
  );
}

function defaultsOf(pattern: Node): Record<string, unknown> {
  return Object.fromEntries(
    (pattern.properties as readonly Node[]).flatMap((property) => {
      const value = property.value as Node | undefined;
      if (value?.type !== "AssignmentPattern") return [];
      const fixed = literalOf(value.right as Node);
      return fixed ? [[String((property.key as Node).name ?? (property.key as Node).value), fixed.value]] : [];
    }),
  );
}

function parameterOf(
  param: Node,
  { name, types, at, line }: Around & { readonly name: string },
): [string, WrittenParameter] {
  const pattern = param.type === "AssignmentPattern" ? (param.left as Node) : param;
  if (pattern.type === "RestElement")
    throw convertFailed(
      `${name}, in line ${line}, takes any number of parameters, and those of a tool have names.`,
      "Let it take a list: `(...words: string[])` as `(words: string[])`.",
    );
  if (pattern.type !== "Identifier")
    throw convertFailed(
      `${name}, in line ${line}, takes a parameter without a name.`,
      "Give it a name, or let the function take one object.",
    );
  const annotation = (pattern.typeAnnotation as Node | null)?.typeAnnotation as Node | undefined;
  const type = annotation ? types.read(annotation, at) : "any";
  const fixed = param.type === "AssignmentPattern" ? literalOf(param.right as Node) : undefined;
  const key = pattern.name as string;
  if (fixed) return [key, { type: annotation ? type : kindOf(fixed.value), default: fixed.value }];
  return [
    key,
    { type: pattern.optional === true || param.type === "AssignmentPattern" ? types.optional(type, key) : type },
  ];
}

const kindOf = (value: unknown): string =>
  ({ string: "text", number: "number", boolean: "bool" })[typeof value as "string"] ?? "any";
const required = (type: WrittenType): WrittenType =>
  typeof type === "string" ? type.replace(/^\((.*)\)\?$|\?$/, "$1") : type;

/** What a doc comment says is taken where nothing is given, as far as it is a value of that type. */
function fits(written: string | undefined, type: WrittenType): { readonly value: unknown } | undefined {
  const value = written === undefined ? undefined : parsedValue(written);
  return value !== undefined && kindOf(value) === required(type) ? { value } : undefined;
}

function parsedValue(written: string): unknown {
  const text = written.replace(/^`(.*)`$/, "$1").replace(/^'(.*)'$/, '"$1"');
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function literalOf(node: Node): { readonly value: unknown } | undefined {
  if (node.type === "Literal" && !("regex" in node) && !("bigint" in node)) return { value: node.value };
  if (node.type === "UnaryExpression" && node.operator === "-") {
    const inner = literalOf(node.argument as Node);
    return typeof inner?.value === "number" ? { value: -inner.value } : undefined;
  }
  if (node.type === "TemplateLiteral" && (node.expressions as unknown[]).length === 0) {
    const [text] = node.quasis as readonly { readonly value: { readonly cooked: string } }[];
    return { value: text!.value.cooked };
  }
  if (node.type === "ArrayExpression") {
    const items = (node.elements as readonly (Node | null)[]).map((one) => one && literalOf(one));
    return items.every((one) => one) ? { value: items.map((one) => one!.value) } : undefined;
  }
  return undefined;
}
