import { JSONPathError } from "json-p3";
import { z } from "zod";
import type { StepProblem } from "../../step-context.js";
import { defineStepType } from "../../step-type.js";
import { checkedAs } from "../checked-as.js";
import { checkType } from "../checks.js";
import { coerced } from "../decode/coerced.js";
import { stepError } from "../step-error.js";
import { followPath, type JSONPathQuery, PathTooCostly, readPath } from "./json-path.js";

const config = z.strictObject({
  from: z.unknown().describe("The value to look into: `{{ answer }}`."),
  path: z.string().min(1).max(1000).describe("JSONPath (RFC 9535): `$.items[?@.price < 10].name`."),
  take: z
    .enum(["one", "first", "all"])
    .optional()
    .describe(
      "`one`: exactly one, else the step fails. The default is `one` for a path that can name one place only, else `all`.",
    ),
  default: z.unknown().optional().describe("In place of what is not there."),
  as: z.unknown().optional().describe("The type that it must have."),
  limit: z.int().min(1).max(1_000_000).default(10_000).describe("How many matches there may be."),
});

/** A value → what stands at a JSONPath in it. */
export const extract = defineStepType({
  type: "extract",
  description: "Takes parts out of a value by JSONPath (RFC 9535).",
  config,
  templates: ["from"],
  output({ as, path, take }, context) {
    const found = as === undefined ? undefined : context.type(as);
    if (found && "schema" in found) return found.schema;
    return takes(take, read(path)) === "all" ? z.array(z.unknown()) : undefined;
  },
  check: ({ as, path }, context) => [...pathProblems(path), ...checkType(["as"], as, context)],
  run({ config, project }) {
    const query = read(config.path)!;
    const take = takes(config.take, query);
    const found: unknown[] = [];
    try {
      for (const value of followPath(query, config.from)) {
        found.push(value);
        if (take === "first") break;
        if (found.length > config.limit)
          throw failed(`${config.path} names more than ${config.limit} places`, "Raise `limit`, or narrow the path.");
      }
    } catch (error) {
      const foreseen = error instanceof JSONPathError || error instanceof PathTooCostly || error instanceof RangeError;
      if (!foreseen) throw error;
      throw failed(
        `${config.path} can't be followed: ${error.message}`,
        "Narrow the path, or compute it in a code step.",
      );
    }
    const value =
      take === "all" && (found.length > 0 || config.default === undefined) ? found : single(found, take, config);
    if (config.as === undefined) return value;
    const schema = project.type(config.as);
    return checkedAs(coerced(value, schema), schema, {
      code: "STEP_VALUE_INVALID",
      what: `What stands at ${config.path}`,
    });
  },
});

type Take = "one" | "first" | "all";

function single(found: readonly unknown[], take: Take, { path, default: otherwise }: z.output<typeof config>): unknown {
  if (found.length === 0) {
    if (otherwise !== undefined) return otherwise;
    throw failed(`nothing stands at ${path}`, "Correct the path, or give a `default`.");
  }
  if (take === "one" && found.length > 1)
    throw failed(
      `${path} names ${found.length} places, and one was asked for`,
      "Narrow the path, or take `first` or `all`.",
    );
  return found[0];
}

const takes = (given: Take | undefined, query: JSONPathQuery | undefined): Take =>
  given ?? (query?.singularQuery() ? "one" : "all");

function read(path: string): JSONPathQuery | undefined {
  try {
    return readPath(path);
  } catch {
    return undefined;
  }
}

function pathProblems(path: string): StepProblem[] {
  try {
    readPath(path);
    return [];
  } catch (error) {
    return [
      {
        path: ["path"],
        message: `${JSON.stringify(path)} is no JSONPath: ${(error as Error).message.replace(/\.$/, "")}.`,
        hint: "A path begins with `$`: `$.items[0].name`, `$..id`, `$.items[?@.price < 10]`.",
      },
    ];
  }
}

const failed = (what: string, hint: string) => stepError("STEP_VALUE_INVALID", `An extract step: ${what}.`, { hint });
