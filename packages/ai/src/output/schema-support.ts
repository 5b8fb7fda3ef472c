/**
 * How a model is told what its structured answer must be. Services that speak as OpenAI's take a schema, or take none in silence, or refuse
 * the request for it: where it is not sure that the schema is heeded it is told in words too, and where it was refused in words alone.
 */
/** A model, as the package `ai` takes it. */
type LanguageModel = object;

/** `schema`: the service's own way. `json`: the service is told that JSON is wanted, the model which. */
export type SchemaWay = "schema" | "schema-and-words" | "json-and-words" | "words";

const unsure = new WeakSet<LanguageModel>();
const noSchemas = new WeakSet<LanguageModel>();

/** Nobody has said whether the service of this model heeds schemas. */
export function mayIgnoreSchemas(model: LanguageModel): void {
  unsure.add(model);
}

export function schemaWay(model: LanguageModel): SchemaWay {
  if (noSchemas.has(model) || saysNo(model)) return "json-and-words";
  return unsure.has(model) ? "schema-and-words" : "schema";
}

/** One that stands before another: it does not tell of itself what that one does. */
export function likeInSchemas<M extends LanguageModel>(model: M, behind: LanguageModel): M {
  if (noSchemas.has(behind) || saysNo(behind)) noSchemas.add(model);
  if (unsure.has(behind)) unsure.add(model);
  return model;
}

/** What providers of services like OpenAI's say of themselves; the others see to it on their own. */
const saysNo = (model: LanguageModel) =>
  (model as { readonly supportsStructuredOutputs?: unknown }).supportsStructuredOutputs === false;

/** Whether a request was refused for how it tells what is wanted. */
export function refusesSchema(thrown: unknown): boolean {
  const error = (thrown ?? {}) as { statusCode?: unknown; message?: unknown; responseBody?: unknown };
  const { statusCode } = error;
  if (statusCode !== 400 && statusCode !== 422 && statusCode !== 501) return false;
  const text = `${String(error.message ?? "")} ${String(error.responseBody ?? "")}`.slice(0, 4_000);
  return /response[_ ]?format|json[_ ]?(schema|object|mode)|structured.?output|guided|grammar/i.test(text);
}

/** What models have refused to be told, so that they are not asked in vain each time. */
export class Refused {
  readonly #known = new Set<string>();

  has(model: string, told: string): boolean {
    return this.#known.has(`${model}\n${told}`);
  }

  add(model: string, told: string): void {
    if (this.#known.size >= most) this.#known.clear();
    this.#known.add(`${model}\n${told}`);
  }
}

const most = 1_000;
