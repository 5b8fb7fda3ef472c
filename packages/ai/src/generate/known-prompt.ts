/**
 * What a model has been told in a call, in its provider's form. The library checks and converts all messages at each request: a long
 * loop of tools would take the square of its length. It is handed what is new, and the provider the whole.
 */
import type { ModelMessage } from "ai";
import type { LanguageModel } from "../models/index.js";

/** In the form of the major that the model is made for. */
type Prompt = readonly object[];

interface Telling {
  /** The model's: its provider takes the same form each time. */
  readonly name: string;
  readonly system: string | undefined;
  readonly messages: readonly ModelMessage[];
}

/** What the library is handed. */
interface Handed {
  readonly model: LanguageModel;
  readonly system: string | undefined;
  readonly messages: readonly ModelMessage[];
}

export class KnownPrompt {
  #known: (Telling & { readonly prompt: Prompt }) | undefined;

  handed(model: LanguageModel, telling: Telling): Handed {
    const { system, messages } = telling;
    const before = this.#beginning(telling);
    const through = between(model, (fresh) => {
      const prompt = before ? [...before.prompt, ...fresh] : fresh;
      this.#known = { ...telling, prompt };
      return prompt;
    });
    if (!before) return { model: through, system, messages };
    return { model: through, system: undefined, messages: messages.slice(before.messages.length) };
  }

  /** What was told last, if this goes on from there. */
  #beginning({ name, system, messages }: Telling) {
    const known = this.#known;
    if (!known || known.name !== name || known.system !== system) return undefined;
    const { length } = known.messages;
    return length < messages.length && known.messages.every((message, i) => message === messages[i])
      ? known
      : undefined;
  }
}

function between(model: LanguageModel, whole: (fresh: Prompt) => Prompt): LanguageModel {
  const { specificationVersion, provider, modelId, supportedUrls } = model;
  return {
    specificationVersion,
    provider,
    modelId,
    supportedUrls,
    doGenerate: (options: never) => model.doGenerate(options),
    doStream: (options: { readonly prompt: Prompt }) =>
      model.doStream({ ...options, prompt: whole(options.prompt) } as never),
  } as unknown as LanguageModel;
}
