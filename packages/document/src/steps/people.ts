/** Steps that wait: for people, or for time to pass. They may leave memory meanwhile. */
import { approval as askApproval, type Duration } from "millrace";
import { z } from "zod";
import { defineStepType } from "../step-type.js";
import { checkType } from "./checks.js";
import { textOf } from "./texts.js";

const duration = z.union([
  z.int().min(0),
  z
    .string()
    .regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, 'A duration is milliseconds, or a text such as "10s", "5m", "1.5h", "2d".'),
]);

export const approval = defineStepType({
  type: "approval",
  description: "Puts a value before a human, whose choice is the label that the run goes on with.",
  config: z.strictObject({
    message: z.string().min(1).describe("What there is to decide."),
    outcomes: z.array(z.string().min(1)).min(2).describe("The labels to choose from."),
    value: z
      .unknown()
      .optional()
      .describe("What is decided upon, and the step's result; without it what the step is handed."),
    feedback: z.unknown().optional().describe("The type of what a human may add; it is what the labels carry."),
    within: duration.optional().describe("How long an answer is waited for; `otherwise` says what silence means."),
    otherwise: z.string().min(1).optional().describe("The outcome when nobody has answered `within` the time."),
  }),
  templates: ["message", "value"],
  routes: ({ outcomes }) => outcomes,
  check({ outcomes, within, otherwise, feedback }, context) {
    const twice = outcomes.find((outcome, i) => outcomes.indexOf(outcome) !== i);
    return [
      ...checkType(["feedback"], feedback, context),
      ...(twice === undefined
        ? []
        : [{ path: ["outcomes"], message: `The outcome "${twice}" stands twice.`, hint: "Name every outcome once." }]),
      ...togetherProblems(within, otherwise),
      ...(otherwise !== undefined && !outcomes.includes(otherwise)
        ? [
            {
              path: ["otherwise"],
              message: `"${otherwise}" is none of the outcomes.`,
              hint: `Take one of ${outcomes.join(", ")}.`,
              allowed: outcomes,
            },
          ]
        : []),
    ];
  },
  run({ config, params, project }) {
    const { message, outcomes, feedback, within, otherwise } = config;
    const value = (config.value === undefined ? params : config.value) ?? textOf(message);
    const silence = within === undefined ? {} : { timeout: within as Duration, onTimeout: otherwise };
    const schema = feedback === undefined ? {} : { schema: project.type(feedback) };
    const options = { message: textOf(message), outcomes, ...schema, ...silence };
    return askApproval(value as object, options as unknown as Parameters<typeof askApproval>[1]);
  },
});

export const ask = defineStepType({
  type: "ask",
  cache: false,
  repeat: false,
  description: "Asks people a question, and answers with what they say.",
  config: z.strictObject({
    prompt: z.string().min(1).describe("The question."),
    as: z.unknown().optional().describe("The type of the answer. The default is `text`."),
    within: duration.optional().describe("How long an answer is waited for; `otherwise` is the answer then."),
    otherwise: z.unknown().optional().describe("The answer when nobody has answered `within` the time."),
  }),
  templates: ["prompt", "otherwise"],
  output({ as }, context) {
    const found = as === undefined ? { schema: z.string() } : context.type(as);
    return "schema" in found ? found.schema : undefined;
  },
  check: ({ as, within, otherwise }, context) => [
    ...checkType(["as"], as, context),
    ...togetherProblems(within, otherwise),
  ],
  async run({ config, tools, project }) {
    const { prompt, as, within, otherwise } = config;
    const schema = as === undefined ? z.string() : project.type(as);
    if (within === undefined) return await tools.ask(textOf(prompt), { schema });
    const answer = await tools.ask(textOf(prompt), { schema, timeout: within as Duration });
    return answer.answered ? answer.value : otherwise;
  },
});

export const sleep = defineStepType({
  type: "sleep",
  cache: false,
  description: "Waits. Until when is stored.",
  config: z.strictObject({ for: z.union([duration, z.string()]).describe('How long: "10s", "2d", milliseconds.') }),
  templates: ["for"],
  check: ({ for: given }) =>
    typeof given === "string" && !given.includes("{{") && !duration.safeParse(given).success
      ? [
          {
            path: ["for"],
            message: `${JSON.stringify(given)} is no duration.`,
            hint: 'Give milliseconds, or a number with a unit: "200ms", "10s", "5m", "1.5h", "2d".',
          },
        ]
      : [],
  async run({ config, tools }) {
    await tools.sleep(config.for as Duration);
  },
});

const togetherProblems = (within: unknown, otherwise: unknown) =>
  (within === undefined) === (otherwise === undefined)
    ? []
    : [
        {
          path: [within === undefined ? "otherwise" : "within"],
          message:
            within === undefined ? "`otherwise` stands without `within`." : "`within` stands without `otherwise`.",
          hint: "Silence is no consent: say by both how long to wait, and what it is then.",
        },
      ];
