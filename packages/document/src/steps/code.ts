import { z } from "zod";
import { defineStepType } from "../step-type.js";
import { isStream, whenFinished } from "../streams.js";
import { checkedAs } from "./checked-as.js";
import { kindOf, stepError } from "./step-error.js";

type Code = (...given: unknown[]) => unknown;

/** A function of the project's own: called with the step's parameters and the tools of a step. */
export const code = defineStepType({
  type: "code",
  description: "Calls a function that a module of the project exports.",
  config: z.strictObject({
    run: z
      .string()
      .min(1)
      .describe("Module and export: `./steps.ts#research`. The path starts at the document's folder."),
    args: z
      .array(z.string().min(1))
      .optional()
      .describe("Names of parameters: the function is called with them one by one, in this order, not with an object."),
    output: z
      .unknown()
      .optional()
      .describe("The type of what it returns: expressions are checked by it, and so is what it returns."),
    routes: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe("The labels that it may return; with these the step is a router."),
    several: z
      .boolean()
      .optional()
      .describe("Whether it may return several of its `routes` at once: a list, or `labels(…)`."),
  }),
  output({ output }, context) {
    const found = output === undefined ? undefined : context.type(output);
    return found && "schema" in found ? found.schema : undefined;
  },
  routes: ({ routes }) => routes,
  severalLabels: ({ several }) => several ?? false,
  reference: ({ run }) => run,
  references: ({ run }) => [run],
  check({ run, output, routes, several }, context) {
    const wrong = context.checkReference(run);
    const type = output === undefined ? undefined : context.type(output);
    return [
      ...(wrong ? [{ path: ["run"], ...wrong }] : []),
      ...(several !== undefined && !routes
        ? [{ path: ["several"], message: "`several` stands without `routes`.", hint: "List the labels by `routes`." }]
        : []),
      ...(type && "problem" in type ? [{ path: ["output"], ...type.problem }] : []),
    ];
  },
  identity: ({ run }, project) => project.moduleHash(run),
  run({ config, params, tools, project }) {
    const found = project.load(config.run);
    if (typeof found === "function") {
      const made = (found as Code)(...argumentsOf(params, config.args), tools);
      return config.output === undefined ? made : checkedResult(made, project.type(config.output), config.run);
    }
    throw stepError("STEP_VALUE_INVALID", `${config.run} is ${kindOf(found)}, not a function.`, {
      hint: "Export a function of this name.",
    });
  },
});

/** The very value: a type says what has to be there, and nothing of what else is. */
function checkedResult(made: unknown, schema: z.ZodType, run: string): unknown {
  const check = (value: unknown) => {
    checkedAs(value, schema, { code: "STEP_VALUE_INVALID", what: `What ${run} returned` });
    return value;
  };
  // of a generator that returns nothing the result is what it has yielded, which only the engine gathers
  return whenFinished(made, isStream(made) ? (value) => (value === undefined ? value : check(value)) : check);
}

function argumentsOf(params: unknown, args: readonly string[] | undefined): readonly unknown[] {
  if (!args) return [params];
  const given = (typeof params === "object" && params !== null ? params : {}) as Readonly<Record<string, unknown>>;
  return args.map((name) => (Object.hasOwn(given, name) ? given[name] : undefined));
}
