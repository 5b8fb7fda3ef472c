/** The exported functions of a module, read from its source: nothing of it is run. */
import { readFileSync } from "node:fs";
import { FlowError } from "millrace";
import type { ParseResult } from "oxc-parser";
import { type DocComment, docComment } from "./doc-comment.js";
import { type Node, TypeReader, type WrittenType } from "./read-type.js";

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
export async function readFunctions(file: string, source = readFileSync(file, "utf8")): Promise<ExportedFunctions> {
  const { program, comments, errors } = await parse(file, source);
  const [error] = errors;
  if (error) throw failed(`${file} can't be parsed: ${error.message}.`, "Correct the module.");
  const body = program.body as unknown as readonly Node[];
  const types = new TypeReader(body);
  const docs = (start: number) => {
    const last = comments.findLast(({ type, end, value }) => type === "Block" && value.startsWith("*") && end <= start);
    return last && source.slice(last.end, start).trim() === "" ? docComment(last.value) : docComment("");
  };
  const functions = body.flatMap((statement) => {
    return exported(statement, body).map(({ name, node, from }) =>
      functionOf(name, node, { types, doc: docs(from.start as number), line: lineAt(source, node.start as number) }),
    );
  });
  if (functions.length === 0)
    throw failed(`${file} exports no function.`, "Export functions by name: `export function search(…) { … }`.");
  return { functions, types: types.used() };
}

async function parse(file: string, source: string): Promise<ParseResult> {
  try {
    const { parseSync } = await import("oxc-parser");
    return parseSync(file, source);
  } catch (error) {
    if ((error as { code?: string }).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw failed(
      "Reading a module's functions needs the package oxc-parser, which is not there.",
      "Install it: npm install --save-dev oxc-parser.",
    );
  }
}

interface Exported {
  readonly name: string;
  readonly node: Node;
  /** The statement that its doc comment stands before. */
  readonly from: Node;
}

/** What a statement exports: what it declares, or what stands elsewhere in the module and is named in braces. */
function exported(statement: Node, body: readonly Node[]): readonly Exported[] {
  if (statement.type === "ExportDefaultDeclaration") {
    const node = bare(statement.declaration as Node);
    return isFunction(node) ? [{ name: "default", node, from: statement }] : [];
  }
  if (statement.type !== "ExportNamedDeclaration") return [];
  if (statement.declaration) return declared(statement.declaration as Node).map((one) => ({ ...one, from: statement }));
  if (statement.source) return [];
  return (statement.specifiers as readonly Node[]).flatMap(({ local, exported: as }) => {
    const name = String((as as Node).name ?? (as as Node).value);
    for (const from of body) {
      const found = declared(from).find((one) => one.name === (local as Node).name);
      if (found) return [{ name, node: found.node, from }];
    }
    return [];
  });
}

const isFunction = (node: Node | null | undefined): node is Node =>
  node?.type === "ArrowFunctionExpression" ||
  node?.type === "FunctionExpression" ||
  node?.type === "FunctionDeclaration";

/** Without what only the compiler sees: `(…) satisfies T`, `… as T`. */
function bare(node: Node): Node {
  const wraps = ["TSSatisfiesExpression", "TSAsExpression", "TSNonNullExpression", "ParenthesizedExpression"];
  return wraps.includes(node.type) ? bare(node.expression as Node) : node;
}

const lineAt = (source: string, at: number): number => source.slice(0, at).split("\n").length;

/** `function f`, `const f = () => …`, several of them in one `const`. */
function declared(declaration: Node): { readonly name: string; readonly node: Node }[] {
  if (declaration.type === "FunctionDeclaration")
    return [{ name: (declaration.id as Node).name as string, node: declaration }];
  if (declaration.type !== "VariableDeclaration") return [];
  return (declaration.declarations as readonly Node[]).flatMap(({ id, init }) => {
    const node = init ? bare(init as Node) : undefined;
    return isFunction(node) ? [{ name: (id as Node).name as string, node }] : [];
  });
}

interface Around {
  readonly types: TypeReader;
  readonly doc: DocComment;
  readonly line: number;
}

function functionOf(name: string, node: Node, { types, doc, line }: Around): ExportedFunction {
  const params = node.params as readonly Node[];
  const returned = (node.returnType as Node | undefined)?.typeAnnotation as Node | undefined;
  const output = returned && types.result(returned);
  const made = { name, description: doc.text, output };
  const fields = params[0] && fieldsOf(params[0], types);
  // One object, and perhaps the tools of a step: what documents call functions with.
  if (fields && params.length <= 2) return { ...made, parameters: described(fields, doc) };
  const single = params.map((param) => parameterOf(param, { name, types, line }));
  return {
    ...made,
    ...(single.length > 0 && { args: single.map(([key]) => key) }),
    parameters: described(Object.fromEntries(single), doc),
  };
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
function fieldsOf(param: Node, types: TypeReader): Record<string, WrittenParameter> | undefined {
  const pattern = param.type === "AssignmentPattern" ? (param.left as Node) : param;
  const annotation = (pattern.typeAnnotation as Node | null)?.typeAnnotation as Node | undefined;
  const fields = annotation && types.fields(annotation);
  if (fields) {
    const defaults = pattern.type === "ObjectPattern" ? defaultsOf(pattern) : {};
    return Object.fromEntries(
      Object.entries(fields).map(([key, type]) => [
        key,
        Object.hasOwn(defaults, key) ? { type: required(type), default: defaults[key] } : { type },
      ]),
    );
  }
  if (pattern.type !== "ObjectPattern" || annotation) return undefined;
  // without types: the names alone are known
  const defaults = defaultsOf(pattern);
  return Object.fromEntries(
    (pattern.properties as readonly Node[]).flatMap((property) => {
      if (property.type !== "Property") return [];
      const key = (property.key as Node).name as string;
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
      return fixed ? [[(property.key as Node).name as string, fixed.value]] : [];
    }),
  );
}

function parameterOf(
  param: Node,
  { name, types, line }: { readonly name: string; readonly types: TypeReader; readonly line: number },
): [string, WrittenParameter] {
  const pattern = param.type === "AssignmentPattern" ? (param.left as Node) : param;
  if (pattern.type === "RestElement")
    throw failed(
      `${name}, in line ${line}, takes any number of parameters, and those of a tool have names.`,
      "Let it take a list: `(...words: string[])` as `(words: string[])`.",
    );
  if (pattern.type !== "Identifier")
    throw failed(
      `${name}, in line ${line}, takes a parameter without a name.`,
      "Give it a name, or let the function take one object.",
    );
  const annotation = (pattern.typeAnnotation as Node | null)?.typeAnnotation as Node | undefined;
  const type = annotation ? types.read(annotation) : "any";
  const fixed = param.type === "AssignmentPattern" ? literalOf(param.right as Node) : undefined;
  const key = pattern.name as string;
  if (fixed) return [key, { type: annotation ? type : kindOf(fixed.value), default: fixed.value }];
  return [key, { type: pattern.optional === true || param.type === "AssignmentPattern" ? optional(type) : type }];
}

const kindOf = (value: unknown): string =>
  ({ string: "text", number: "number", boolean: "bool" })[typeof value as "string"] ?? "any";
const optional = (type: WrittenType): WrittenType =>
  typeof type === "string" && !type.endsWith("?") ? `${type}?` : type;
const required = (type: WrittenType): WrittenType => (typeof type === "string" ? type.replace(/\?$/, "") : type);

function literalOf(node: Node): { readonly value: unknown } | undefined {
  if (node.type === "Literal" && !("regex" in node) && !("bigint" in node)) return { value: node.value };
  if (node.type === "UnaryExpression" && node.operator === "-") {
    const inner = literalOf(node.argument as Node);
    return typeof inner?.value === "number" ? { value: -inner.value } : undefined;
  }
  if (node.type === "ArrayExpression" && (node.elements as unknown[]).length === 0) return { value: [] };
  return undefined;
}

const failed = (message: string, hint: string) => new FlowError("CONVERT_FAILED", message, { hint });
