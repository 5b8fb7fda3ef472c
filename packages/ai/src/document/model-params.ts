/** `params` of a document's model: settings that all providers share, and what one of them takes beside. */
import type { Model, StepProblem } from "@millrace/document";
import { nearest } from "millrace";
import { z } from "zod";
import { otherSettings } from "../generate/known-options.js";

const settings = {
  temperature: z.number(),
  maxOutputTokens: z.int().min(1),
  topP: z.number(),
  topK: z.number(),
  presencePenalty: z.number(),
  frequencyPenalty: z.number(),
  stopSequences: z.array(z.string()),
  seed: z.int(),
  headers: z.record(z.string(), z.string()),
  providerOptions: z.record(z.string(), z.record(z.string(), z.unknown())),
};

/** As a step may say them. */
export const settingsSchema = z.strictObject(settings).partial();
export type Settings = z.output<typeof settingsSchema>;

/** What the provider alone knows goes to it under its name. */
export function readParams({ params, provider }: Pick<Model, "params" | "provider">): Settings {
  const own = Object.entries(params).filter(([key]) => !Object.hasOwn(settings, key));
  const shared = Object.fromEntries(Object.entries(params).filter(([key]) => Object.hasOwn(settings, key))) as Settings;
  if (own.length === 0) return shared;
  const { providerOptions = {} } = shared;
  const key = optionsKey(provider);
  return {
    ...shared,
    providerOptions: { ...providerOptions, [key]: { ...Object.fromEntries(own), ...providerOptions[key] } },
  };
}

/** As the providers of the AI SDK read their options. */
const optionsKey = (provider: string) =>
  ({ "amazon-bedrock": "bedrock", "google-vertex": "vertex", "openai-compatible": "openaiCompatible" })[provider] ??
  provider.replace(/-+(\w)/g, (_all, letter: string) => letter.toUpperCase());

export function paramProblems({ params }: Pick<Model, "params">): readonly StepProblem[] {
  return Object.entries(params).flatMap(([key, value]): StepProblem[] => {
    const path = ["params", key];
    if (Object.hasOwn(settings, key)) {
      const parsed = settings[key as keyof typeof settings].safeParse(value);
      const what = parsed.success
        ? ""
        : (parsed.error.issues[0]?.message.replace(/^Invalid input: /, "") ?? "it is invalid");
      return parsed.success
        ? []
        : [{ path, message: `The setting "${key}" does not fit: ${what}.`, hint: "Correct the value." }];
    }
    const meant = otherSettings[key] ?? nearest(key, Object.keys(settings));
    if (meant === undefined) return [];
    const message = `There is no setting "${key}"; is "${meant}" meant?`;
    return [{ path, message, hint: `Write \`${meant}\`.`, allowed: Object.keys(settings), nearest: meant }];
  });
}
