/**
 * What steps have used, as counters: under its own name, and tokens of models, which bear names like
 * `openai/gpt-5:input_tokens`, also in the words of OpenTelemetry's conventions for generative AI.
 */
import type { Context, Meter } from "@opentelemetry/api";
import { attribute } from "./attributes.js";

export interface UsageFigures {
  readonly flow: string;
  readonly step: string;
  readonly usage: Readonly<Record<string, number>> | undefined;
}

export type UsageMetrics = (figures: UsageFigures, context: Context) => void;

const modelTokens = /^([^/]+)\/(.+):(input|output)_tokens$/;
/** As the conventions advise: powers of four. */
const tokens = Array.from({ length: 14 }, (_, i) => 4 ** i);

export function usageMetrics(meter: Meter): UsageMetrics {
  const used = meter.createCounter("millrace.usage", {
    description: "What steps have used, by the names that they gave it; a run that a step has started counts with it.",
  });
  const tokensUsed = meter.createHistogram("gen_ai.client.token.usage", {
    unit: "{token}",
    description: "Number of input and output tokens used.",
    advice: { explicitBucketBoundaries: tokens },
  });
  return ({ flow, step, usage = {} }, context) => {
    for (const [name, count] of Object.entries(usage)) {
      if (count < 0) continue;
      used.add(count, { [attribute.flow]: flow, [attribute.step]: step, [attribute.usageName]: name }, context);
      const [, provider, model, type] = modelTokens.exec(name) ?? [];
      if (type === undefined) continue;
      const about = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": provider!,
        "gen_ai.request.model": model!,
        "gen_ai.token.type": type,
      };
      tokensUsed.record(count, about, context);
    }
  };
}
