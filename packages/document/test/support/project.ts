/** A project of files in a folder of its own, gone when the tests are done. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { formatProblems, type LoadOptions, loadDocument } from "@millrace/document";
import { type Flow, FlowError } from "millrace";
import { afterAll } from "vitest";

const roots: string[] = [];
afterAll(() => {
  for (const root of roots) rmSync(root, { recursive: true, force: true });
});

export function projectOf(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "millrace-project-"));
  roots.push(root);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

/** The first flow of `flow.yaml`; problems are told as a terminal would. */
export async function flowIn(root: string, options: LoadOptions = {}) {
  try {
    const { list } = await loadDocument(join(root, "flow.yaml"), options);
    return list[0]!.flow;
  } catch (error) {
    if (FlowError.is(error, "DOCUMENT_INVALID")) throw new Error(formatProblems(error));
    throw error;
  }
}

export async function outputIn(root: string, inputs: object = {}, options: LoadOptions = {}): Promise<unknown> {
  const flow = new (await flowIn(root, options))() as Flow<any>;
  const result = await flow.kickoff(inputs as never);
  return result.status === "completed" ? result.output : result;
}

export const outputOf = (files: Readonly<Record<string, string>>, inputs: object = {}) =>
  outputIn(projectOf(files), inputs);

export async function problemsIn(files: Readonly<Record<string, string>>): Promise<string> {
  return await flowIn(projectOf(files)).then(
    () => "",
    (error: Error) => error.message,
  );
}
