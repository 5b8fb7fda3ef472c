/** A document beside the classes that were written of it. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type DocumentToClassOptions, documentToClass, loadDocument } from "@millrace/document";
import { type DefinedFlow, type Flow, type FlowEvent, MemoryPersistence } from "millrace";
import { expect } from "vitest";
import { projectOf } from "./project.js";

export interface Converted {
  readonly root: string;
  readonly text: string;
  /** By id: the document's flow, and the class. */
  readonly flows: readonly { readonly id: string; readonly document: DefinedFlow; readonly written: DefinedFlow }[];
}

export async function converted(
  files: Readonly<Record<string, string>>,
  options: DocumentToClassOptions = {},
): Promise<Converted> {
  const root = projectOf(files);
  linkPackages(root);
  const document = await loadDocument(join(root, "flow.yaml"), options);
  const text = await documentToClass(join(root, "flow.yaml"), options);
  writeFileSync(join(root, "written.ts"), text);
  const module = (await import(join(root, "written.ts"))) as Record<string, DefinedFlow>;
  const classes = new Map(Object.values(module).map((one) => [one.plan().flow, one]));
  const flows = document.list.map(({ id, flow }) => ({ id, document: flow, written: classes.get(id)! }));
  for (const { document, written } of flows) expect(written.plan()).toEqual(document.plan());
  return { root, text, flows };
}

/** The packages of this repository, as a project that has them installed. */
export function linkPackages(root: string): void {
  const own = fileURLToPath(new URL("../..", import.meta.url));
  const modules = join(root, "node_modules");
  mkdirSync(join(modules, "@millrace"), { recursive: true });
  symlinkSync(own, join(modules, "@millrace", "document"));
  for (const name of ["millrace", "zod"]) symlinkSync(join(own, "node_modules", name), join(modules, name));
}

/** What is told, but for when, where and by which way results are made. */
const passing = new Set(["at", "durationMs", "retryAt", "stack", "owner", "keepsInputs", "id", "cause", "until"]);
const bare = (value: unknown) =>
  JSON.parse(JSON.stringify(value, (key, of) => (passing.has(key) ? undefined : of))) as unknown;

/** The events of a run and what it comes to; questions are answered by `answers`, in order. */
export async function story(Door: DefinedFlow, inputs: object, answers: readonly unknown[] = []) {
  const events: unknown[] = [];
  const flow = new Door({ persistence: new MemoryPersistence() }) as Flow<any>;
  flow.events.on("*", (event: FlowEvent) => {
    events.push(bare(event));
  });
  const left = [...answers];
  const end = await (async () => {
    let result = await flow.kickoff(inputs as never, { id: "run" });
    while (result.status === "waiting") {
      const [question] = (await flow.runs.questions({ runId: "run" })).questions;
      if (question && left.length > 0) await flow.runs.answer(question.id, left.shift());
      else if (left.length > 0) await flow.signal("run", ...(left.shift() as [string, unknown]));
      result = await flow.resume("run");
    }
    const { output, outputs, state } = result;
    return bare({ output, outputs, state });
  })().catch((error) => bare({ code: error.code, step: error.step, message: error.message }));
  return { end, events };
}
