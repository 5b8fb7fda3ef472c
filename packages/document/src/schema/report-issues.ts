/** What zod finds, in words for whoever wrote the document, each at its place. */
import { nearest } from "millrace";
import type { z } from "zod";
import type { Problems } from "../problems/index.js";
import { keyPlaceAt, nodeAt, type Path, placeAt, type SourceNode } from "../source/index.js";
import { otherField } from "./other-names.js";

type Issue = z.core.$ZodIssue;

export interface ReportPlace {
  /** What was checked. */
  readonly node: SourceNode;
  /** Where it stands. */
  readonly path: Path;
  /** What it is, for messages: `a step of type http`. */
  readonly what: string;
  /** Keys that may stand at its top beside those of the schema. */
  readonly beside?: readonly string[];
}

export function reportIssues(
  problems: Problems,
  error: z.core.$ZodError,
  where: ReportPlace & { schema: z.ZodType },
): void {
  for (const issue of error.issues) report(problems, issue, where);
}

function report(problems: Problems, issue: Issue, where: ReportPlace & { schema: z.ZodType }): void {
  const inner = issue.path as Path;
  if (issue.code === "unrecognized_keys") {
    for (const key of issue.keys) unknownKey(problems, [...inner, key], where);
    return;
  }
  if (issue.code === "invalid_union") {
    const best = closest(issue.errors);
    if (best) {
      for (const sub of best) report(problems, { ...sub, path: [...inner, ...sub.path] } as Issue, where);
      return;
    }
  }
  const path = [...where.path, ...inner];
  const node = nodeAt(where.node, inner);
  const place = placeAt(where.node, inner);
  const name = inner.length === 0 ? where.what : `"${inner.at(-1)}"`;
  const allowed = issue.code === "invalid_value" ? issue.values.map(String) : undefined;
  const given = node?.kind === "scalar" ? String(node.value) : undefined;
  const near = allowed && given !== undefined ? nearest(given, allowed) : undefined;
  problems.add(
    "DOCUMENT_FIELD_INVALID",
    { place, path },
    {
      message: said(issue, name, node),
      hint: allowed ? `Take one of ${allowed.join(", ")}.` : hintOf(issue, node),
      ...(allowed && { allowed }),
      ...(near !== undefined && { nearest: near }),
    },
  );
}

function unknownKey(
  problems: Problems,
  inner: Path,
  { node, path, what, beside = [], schema }: ReportPlace & { schema: z.ZodType },
): void {
  const key = String(inner.at(-1));
  const holder = inner.slice(0, -1);
  const allowed = [...(holder.length === 0 ? beside : []), ...keysAt(schema, holder)];
  const other = otherField(key, allowed);
  const near = other ? other.name : nearest(key, allowed);
  const meant = other ? `; here it is "${near}".` : `; is "${near}" meant?`;
  const of = holder.length === 0 ? what : `"${holder.at(-1)}"`;
  problems.add(
    "DOCUMENT_FIELD_UNKNOWN",
    { place: keyPlaceAt(node, inner), path: [...path, ...inner] },
    {
      message: `"${key}" is no field of ${of}${near === undefined ? "." : meant}`,
      hint: other?.hint ?? (allowed.length > 0 ? `It may have ${allowed.join(", ")}.` : "It has no fields."),
      allowed,
      ...(near !== undefined && { nearest: near }),
    },
  );
}

/** Of several ways in which something does not fit, the one that came furthest. */
function closest(errors: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const reach = (issues: readonly Issue[]) => Math.max(0, ...issues.map(({ path }) => path.length));
  const better = errors.filter((issues) =>
    issues.some(({ path, code }) => path.length > 0 || code === "unrecognized_keys"),
  );
  return better.sort((a, b) => reach(b) - reach(a) || a.length - b.length)[0] ?? customOnly(errors);
}

const customOnly = (errors: readonly (readonly Issue[])[]) => errors.find((issues) => issues.every(isCustom));
/** Its message was written for people. */
const isCustom = ({ code, message }: Issue) =>
  code === "custom" || !/^(Invalid|Too|Unrecognized|Expected)/.test(message);

function said(issue: Issue, name: string, node: SourceNode | undefined): string {
  if (issue.code === "invalid_type") {
    if (!node) return `${name} is missing.`;
    return `${name} is ${kindOf(node)}; ${kinds[issue.expected] ?? issue.expected} is expected.`;
  }
  if (!node && issue.code !== "custom") return `${name} is missing.`;
  if (isCustom(issue)) return /[.!?]$/.test(issue.message) ? issue.message : `${name} ${issue.message}.`;
  if (issue.code === "invalid_value") return `${name} is ${kindOf(node)} that can't stand here.`;
  if (issue.code === "too_small")
    return `${name} is too ${issue.origin === "number" || issue.origin === "int" ? "small" : "short"}; the least is ${issue.minimum}.`;
  if (issue.code === "too_big")
    return `${name} is too ${issue.origin === "number" || issue.origin === "int" ? "great" : "long"}; the most is ${issue.maximum}.`;
  if (issue.code === "invalid_format") return `${name} has not the form that is asked for (${issue.format}).`;
  return `${name} has a value that it can't have.`;
}

function hintOf(issue: Issue, node: SourceNode | undefined): string {
  if (issue.code === "invalid_type") {
    const quoted = issue.expected === "string" && node?.kind === "scalar" && node.value !== null;
    return quoted ? `Write text: in quotes, "${node.value}".` : `Write ${kinds[issue.expected] ?? issue.expected}.`;
  }
  if (isCustom(issue)) return "Correct the value.";
  if (issue.code === "invalid_format" && "pattern" in issue && issue.pattern)
    return `It has to match ${String(issue.pattern)}.`;
  return "The JSON Schema of documents, in an editor, shows what may stand here.";
}

const kinds: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a mapping",
  record: "a mapping",
  array: "a list",
};

export function kindOf(node: SourceNode | undefined): string {
  if (!node) return "nothing";
  if (node.kind === "list") return "a list";
  if (node.kind === "map") return "a mapping";
  if (node.value === null) return "empty";
  if (typeof node.value === "string") return "text";
  return typeof node.value === "number" ? "a number" : "true or false";
}

interface Def {
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly options?: readonly z.ZodType[];
}
const defOf = (schema: z.ZodType) => (schema as unknown as { _zod: { def: Def } })._zod.def;

/** The fields that an object of a schema may have at a path, of all its forms. */
function keysAt(schema: z.ZodType, path: Path): readonly string[] {
  const { innerType, element, valueType, shape, options } = defOf(schema);
  if (innerType) return keysAt(innerType, path);
  if (options) return [...new Set(options.flatMap((option) => keysAt(option, path)))];
  const [key, ...rest] = path;
  if (key === undefined) return Object.keys(shape ?? {});
  const next = shape?.[String(key)] ?? element ?? valueType;
  return next ? keysAt(next, rest) : [];
}
