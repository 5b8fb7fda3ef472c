/** Documents that ask models, in folders of their own. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aiSteps } from "@millrace/ai/document";
import { formatProblems, loadDocument } from "@millrace/document";
import { type Flow, MemoryPersistence } from "millrace";
import { onTestFinished } from "vitest";
import { provideModels } from "../../src/index.js";
import { type Say, scriptedModel } from "./scripted-model.js";

/** Models of the provider `acme`, by their names, for the test that is running. */
export function acme(says: Readonly<Record<string, readonly Say[]>>) {
  const models = Object.fromEntries(Object.entries(says).map(([id, say]) => [id, scriptedModel(say, `acme/${id}`)]));
  onTestFinished(provideModels({ acme: (id) => models[id]! }));
  return models as Record<string, ReturnType<typeof scriptedModel>>;
}

export type Files = Readonly<Record<string, string>>;

export function folderOf(files: Files): string {
  const root = mkdtempSync(join(tmpdir(), "ai-document-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  return root;
}

const load = (yaml: string, files: Files = {}, env: Files = {}) =>
  loadDocument(join(folderOf({ "flow.yaml": yaml, ...files }), "flow.yaml"), { stepTypes: aiSteps, env });

/** The first flow of a document. */
export const flowOf = async (yaml: string, files?: Files, env?: Files) =>
  new (Object.values((await load(yaml, files, env)).flows)[0]!)({ persistence: new MemoryPersistence() }) as Flow<any>;

export const problemsOf = (yaml: string) => load(yaml).then(() => "", formatProblems);
