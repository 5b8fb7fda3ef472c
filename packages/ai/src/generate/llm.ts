import type { StepTools } from "millrace";
import type { z } from "zod";
import type { ToolRecord } from "../tools/tool-record.js";
import { generate } from "./generate.js";
import type { GenerateOptions } from "./generate-options.js";
import { refuseUnknownOptions } from "./known-options.js";

/** A value, or what makes it of the step's parameters. */
type Of<P, V> = V | ((given: P, tools: StepTools) => V | Promise<V>);

type Asked<T extends ToolRecord> = Omit<GenerateOptions<T, undefined>, "output">;

/** The options of `generate`, each a value or a function of the step's parameters. */
export type LlmOptions<P, O extends z.ZodType | undefined, T extends ToolRecord = ToolRecord> = {
  readonly [K in keyof Asked<T>]: Of<P, Asked<T>[K]>;
} & {
  /** What the answer must be: it is the step's result then. @default a text */
  readonly output?: O;
};

/** A step's function: it answers the model's text, or its `output`. */
export type LlmStep<P, O extends z.ZodType | undefined> = (
  given: P,
  tools: StepTools,
) => Promise<O extends z.ZodType ? z.output<O> : string>;

/**
 * A function for a step of the builder: it asks a model, as `generate` does, and its result is the answer.
 *
 * @throws {FlowError} AI_CALL_INVALID – there is no such option; in the step all that `generate` throws
 * @example
 * const letters = flow("letters")
 *   .input(z.object({ topic: z.string() }))
 *   .step("write", llm({ model: "openai/gpt-5", prompt: ({ topic }: { topic: string }) => `A letter about ${topic}.` }))
 *   .compile();
 */
export function llm<
  P = unknown,
  const O extends z.ZodType | undefined = undefined,
  const T extends ToolRecord = ToolRecord,
>(options: LlmOptions<P, O, T>): LlmStep<P, O> {
  refuseUnknownOptions(options as { readonly settings?: unknown });
  return async function llm(given, tools) {
    const entries = Object.entries(options).map(
      async ([name, value]) =>
        [
          name,
          typeof value === "function" ? await (value as (given: P, tools: StepTools) => unknown)(given, tools) : value,
        ] as const,
    );
    const asked = Object.fromEntries(await Promise.all(entries)) as unknown as GenerateOptions<T, z.ZodType> & {
      output: z.ZodType;
    };
    const { text, output } = await generate(asked);
    return (options.output ? output : text) as never;
  };
}
