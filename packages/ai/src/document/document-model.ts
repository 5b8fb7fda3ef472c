/** From what a document says of a model to the model itself, with its settings. */

import type { Model, StepProject } from "@millrace/document";
import { defaultSettingsMiddleware, wrapLanguageModel } from "ai";
import { FlowError } from "millrace";
import { findModel, type LanguageModel, type ModelPrices, type NamedModel } from "../models/index.js";
import { importFrom, packageOf } from "../models/installed-provider.js";
import { compatiblePackage, providerProblem, unknownProvider } from "../models/provider-problem.js";
import { likeInSchemas, mayIgnoreSchemas } from "../output/schema-support.js";
import type { ModelConnection } from "./connection.js";
import { readParams } from "./model-params.js";
import { isModelName } from "./names.js";

export interface DocumentModel extends NamedModel {
  readonly prices: ModelPrices;
}

/**
 * The model that a step names: one under `models:`, or `provider/model`.
 *
 * @throws {FlowError} AI_MODEL_UNKNOWN – nobody serves it
 */
export async function documentModel(id: string, project: StepProject): Promise<DocumentModel> {
  if (isModelName(id)) return { ...(await findModel(id, project)), prices: {} };
  const declared = project.model(id);
  const { provider, model: modelId, prices } = declared;
  const name = `${provider}/${modelId}`;
  const found = declared.connection ? await connected(declared, project) : (await findModel(name, project)).model;
  return { model: withSettings(found, declared), name, prices: prices ? { [name]: prices } : {} };
}

function withSettings(model: LanguageModel, declared: Model): LanguageModel {
  const middleware = defaultSettingsMiddleware({ settings: readParams(declared) as never });
  // under its name in the document, whatever the provider's package calls itself
  const wrapped = wrapLanguageModel({
    model: model as never,
    middleware,
    providerId: declared.provider,
    modelId: declared.model,
  });
  return likeInSchemas(wrapped, model);
}

type Create = (options: object) => { languageModel(id: string): LanguageModel };

async function connected({ provider, model, connection }: Model, { root }: StepProject): Promise<LanguageModel> {
  const { apiKey, baseURL, headers, settings } = connection as ModelConnection;
  const options = { ...(apiKey && { apiKey }), ...(baseURL && { baseURL }), ...(headers && { headers }), ...settings };
  const own = packageOf(provider);
  const create = own === compatiblePackage ? undefined : createOf(await importFrom(root, own));
  if (create) return create(options).languageModel(model);
  const compatible = baseURL === undefined ? undefined : createOf(await importFrom(root, compatiblePackage));
  if (compatible) {
    const made = compatible({ name: provider, includeUsage: true, supportsStructuredOutputs: true, ...options });
    const found = made.languageModel(model);
    // it is handed the schema: few services refuse that, some do not read it
    if (settings?.supportsStructuredOutputs === undefined) mayIgnoreSchemas(found);
    return found;
  }
  const { message, hint } =
    providerProblem(provider, { root, baseURL, isConnected: true }) ?? unknownProvider(provider);
  throw new FlowError("AI_MODEL_UNKNOWN", message, { hint, details: { model: `${provider}/${model}` } });
}

function createOf(module: Readonly<Record<string, unknown>> | undefined): Create | undefined {
  const name = Object.keys(module ?? {}).find(
    (name) => /^create[A-Z]/.test(name) && typeof module![name] === "function",
  );
  return name === undefined ? undefined : (module![name] as Create);
}
