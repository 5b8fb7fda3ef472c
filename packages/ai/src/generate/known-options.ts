/** The names of what a model's call is given, and what users of other libraries call it. */
import { refuseUnknown } from "../errors/refuse-unknown.js";

export const settingNames = [
  "temperature",
  "maxOutputTokens",
  "topP",
  "topK",
  "presencePenalty",
  "frequencyPenalty",
  "stopSequences",
  "seed",
  "headers",
  "providerOptions",
] as const;

/** What they are called elsewhere. */
export const otherSettings: Readonly<Record<string, (typeof settingNames)[number]>> = {
  max_tokens: "maxOutputTokens",
  maxTokens: "maxOutputTokens",
  max_output_tokens: "maxOutputTokens",
  max_completion_tokens: "maxOutputTokens",
  top_p: "topP",
  top_k: "topK",
  presence_penalty: "presencePenalty",
  frequency_penalty: "frequencyPenalty",
  stop: "stopSequences",
  stop_sequences: "stopSequences",
};

const optionNames = [
  "model",
  "system",
  "prompt",
  "messages",
  "memory",
  "tools",
  "toolChoice",
  "output",
  "maxSteps",
  "onMaxSteps",
  "key",
  "stream",
  "settings",
  "prices",
  "maxRetries",
  "corrections",
  "timeout",
  "telemetry",
] as const;

const ofTheStep = "The step's own signal ends the request; give `timeout`, or the step one.";
const asEvents = 'What a model says are the step\'s chunks: `flow.events.on("output.chunk", …)`, and the result.';

const otherOptions: Readonly<Record<string, string>> = {
  instructions: "system",
  systemPrompt: "system",
  system_prompt: "system",
  schema: "output",
  object: "output",
  outputSchema: "output",
  response_format: "output",
  responseFormat: "output",
  output_type: "output",
  experimental_output: "output",
  stopWhen: "maxSteps",
  maxIterations: "maxSteps",
  maxIter: "maxSteps",
  max_iter: "maxSteps",
  maxTurns: "maxSteps",
  history: "messages",
  retries: "maxRetries",
  retry: "A step is tried again by its own `retry`; `maxRetries` is how often the library asks again.",
  experimental_telemetry: "telemetry",
  abortSignal: ofTheStep,
  signal: ofTheStep,
  onChunk: asEvents,
  onFinish: asEvents,
  onStepFinish: asEvents,
  onError: asEvents,
  ...Object.fromEntries(
    [...settingNames, ...Object.keys(otherSettings)].map((name) => {
      const setting = otherSettings[name] ?? name;
      return [name, `Write it into \`settings\`: { settings: { ${setting}: … } }.`];
    }),
  ),
};

const what = "A model can't be called like this";
const code = "AI_CALL_INVALID";

/** @throws {FlowError} AI_CALL_INVALID – there is no such option, or setting */
export function refuseUnknownOptions(given: { readonly settings?: unknown }): void {
  refuseUnknown(given, { code, what, names: optionNames, elsewhere: otherOptions });
  const { settings } = given;
  if (typeof settings === "object" && settings !== null)
    refuseUnknown(settings, {
      code,
      what: "The settings of a model's call are wrong",
      names: settingNames,
      elsewhere: otherSettings,
    });
}
