/** What is wrong with models, as far as it can be told before anything of the project runs. */
import type { Model, StepProblem } from "@millrace/document";
import { type ProviderPlace, providerProblem } from "../models/provider-problem.js";
import type { ModelConnection } from "./connection.js";
import { paramProblems } from "./model-params.js";

export function modelProblems(model: Model, { root }: ProviderPlace): readonly StepProblem[] {
  const { provider, connection } = model;
  const wrong =
    provider === ""
      ? undefined
      : providerProblem(provider, { root, baseURL: baseUrlOf(connection), isConnected: connection !== undefined });
  return [...(wrong ? [{ path: ["provider"], ...wrong }] : []), ...paramProblems(model)];
}

const baseUrlOf = (connection: Model["connection"]) => (connection as ModelConnection | undefined)?.baseURL;
