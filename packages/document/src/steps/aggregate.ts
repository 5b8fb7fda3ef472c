/** A list → figures of it, over all of it or by the values of a field. */
import { z } from "zod";
import type { StepProblem } from "../step-context.js";
import { defineStepType } from "../step-type.js";
import { kindOf, stepError } from "./step-error.js";

const operations = ["count", "sum", "min", "max", "avg", "first", "last", "list"] as const;
type Operation = (typeof operations)[number];
const field = z.string().min(1);

const figure = z.union([
  z.enum(operations),
  z
    .partialRecord(z.enum(operations), field)
    .refine((given) => Object.keys(given).length === 1, "One figure is one operation: `{ sum: price }`."),
]);
type Figure = z.output<typeof figure>;

export const aggregate = defineStepType({
  type: "aggregate",
  description: "Counts, sums, averages or picks the elements of a list, all together or by the values of a field.",
  config: z.strictObject({
    items: z.unknown().describe("The list: `{{ all.items }}`."),
    by: field
      .optional()
      .describe("A field: one result for each of its values, in the order in which they first stand."),
    make: z
      .union([figure, z.record(z.string(), figure)])
      .describe(
        "`count`, `{ sum: price }`, or several by name: `{ n: count, total: { sum: price } }`. Fields may be paths: `a.b`.",
      ),
  }),
  templates: ["items"],
  check: ({ by, make }) => {
    const names = isFigure(make) ? [] : Object.keys(make);
    const problems: StepProblem[] = [];
    if (!isFigure(make) && names.length === 0)
      problems.push({
        path: ["make"],
        message: "Nothing is to be made.",
        hint: "Name a figure: `make: count`.",
        allowed: operations,
      });
    if (by !== undefined && names.includes(by))
      problems.push({
        path: ["make", by],
        message: `"${by}" is the field of \`by\` already.`,
        hint: "Give the figure another name.",
      });
    return problems;
  },
  output: ({ by, make }) => {
    const one = isFigure(make) ? schemaOf(make) : z.object(mapFigures(make, schemaOf));
    return by === undefined ? one : z.array(z.record(z.string(), z.unknown()));
  },
  run({ config: { items, by, make } }) {
    const list = listOf(items);
    if (by === undefined) return figures(list, make);
    return groups(list, by).map(([value, of]) => {
      const made = figures(of, make);
      return isFigure(make) ? { [by]: value, [nameOf(make)]: made } : { [by]: value, ...(made as object) };
    });
  },
});

/** What was collected counts by its items. */
function listOf(items: unknown): readonly unknown[] {
  if (Array.isArray(items)) return items;
  if (items instanceof Set) return [...items];
  throw failed(
    `was given ${kindOf(items)}, not a list`,
    "Refer to a list; that of a collect step is its `items`: `{{ all.items }}`.",
  );
}

function figures(list: readonly unknown[], make: Figure | Readonly<Record<string, Figure>>): unknown {
  return isFigure(make) ? figureOf(list, make) : mapFigures(make, (one) => figureOf(list, one));
}

function figureOf(list: readonly unknown[], make: Figure): unknown {
  const [operation, path] = typeof make === "string" ? [make] : (Object.entries(make)[0] as [Operation, string]);
  const values =
    path === undefined
      ? list
      : list.map((one) => at(one, path)).filter((value) => value !== undefined && value !== null);
  switch (operation) {
    case "count":
      return values.length;
    case "list":
      return values;
    case "first":
      return values[0] ?? null;
    case "last":
      return values.at(-1) ?? null;
    case "sum":
      return numbers(values, operation, path).reduce((sum, n) => sum + n, 0);
    case "avg":
      return values.length === 0
        ? null
        : numbers(values, operation, path).reduce((sum, n) => sum + n, 0) / values.length;
    default:
      return extreme(values, operation, path);
  }
}

function numbers(values: readonly unknown[], operation: Operation, path?: string): readonly number[] {
  const wrong = values.findIndex((value) => typeof value !== "number");
  if (wrong < 0) return values as number[];
  throw failed(
    `can't take the ${operation} of ${kindOf(values[wrong])}${there(path)}`,
    "Decode the items to a type with numbers first.",
  );
}

function extreme(values: readonly unknown[], operation: "min" | "max", path?: string): unknown {
  if (values.length === 0) return null;
  const kind = values[0] instanceof Date ? "Date" : typeof values[0];
  const comparable = kind === "number" || kind === "string" || kind === "Date" || kind === "bigint";
  const wrong = values.find((value) => (value instanceof Date ? "Date" : typeof value) !== kind);
  if (!comparable || wrong !== undefined)
    throw failed(
      `can't compare ${kindOf(values[0])} with ${kindOf(wrong ?? values[0])}${there(path)} for the ${operation}`,
      "Decode the items to one type first.",
    );
  return values.reduce((best, value) => {
    const less = (value as number) < (best as number);
    return less === (operation === "min") && value !== best ? value : best;
  });
}

/** Groups by a value, which may be of any kind: alike is what is written alike. */
function groups(list: readonly unknown[], by: string): [unknown, unknown[]][] {
  const found = new Map<string, [unknown, unknown[]]>();
  for (const one of list) {
    const value = at(one, by) ?? null;
    const key = `${typeof value} ${JSON.stringify(value)}`;
    const group = found.get(key);
    if (group) group[1].push(one);
    else found.set(key, [value, [one]]);
  }
  return [...found.values()];
}

function at(value: unknown, path: string): unknown {
  let here = value;
  for (const key of path.split(".")) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, key)) return undefined;
    here = (here as Record<string, unknown>)[key];
  }
  return here;
}

function isFigure(make: unknown): make is Figure {
  return figure.safeParse(make).success;
}

const mapFigures = <T>(make: Readonly<Record<string, Figure>>, of: (one: Figure) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(make).map(([name, one]) => [name, of(one)]));

function schemaOf(make: Figure): z.ZodType {
  const operation = nameOf(make);
  if (operation === "count" || operation === "sum") return z.number();
  if (operation === "avg") return z.number().nullable();
  return operation === "list" ? z.array(z.unknown()) : z.unknown();
}

const nameOf = (make: Figure): Operation => (typeof make === "string" ? make : (Object.keys(make)[0] as Operation));
const there = (path: string | undefined) => (path === undefined ? "" : ` at "${path}"`);
const failed = (what: string, hint: string) => stepError("STEP_VALUE_INVALID", `An aggregate step ${what}.`, { hint });
