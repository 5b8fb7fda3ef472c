/** The YAML examples of a page of docs: what each is given stands in its first line, what it returns in its last. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Flow } from "millrace";
import { expect } from "vitest";
import { flowIn, projectOf } from "./project.js";

export interface PageExample {
  readonly name: string;
  readonly text: string;
  readonly input: string | undefined;
}

export interface PageExamples {
  readonly examples: readonly PageExample[];
  /** The module that examples refer to, and its name. */
  readonly module: { readonly name: string; readonly text: string };
}

export function examplesOf(page: string): PageExamples {
  const text = readFileSync(new URL(`../../../../docs/${page}`, import.meta.url), "utf8");
  const blocks = [...text.matchAll(/^```(yaml|js)\n([\s\S]*?)^```$/gm)].map(([, language, text]) => ({
    language,
    text: text!,
  }));
  const module = blocks.find(({ language }) => language === "js")!.text;
  const examples = blocks
    .filter(({ language }) => language === "yaml")
    .map(({ text }) => ({
      text,
      name: /(?:type|id): ([\w-]+)/.exec(text)![1]!,
      input: /^# input: (.*)$/m.exec(text)?.[1],
    }));
  return { examples, module: { name: /^\/\/ (\S+)$/m.exec(module)![1]!, text: module } };
}

/** The example as a document; pages of steps show no more of it than those. */
export const documentOf = ({ text }: PageExample) =>
  /^(tools|flows|connections|types):/m.test(text)
    ? text
    : `flows:\n  - id: example\n    steps:\n${text.replace(/^/gm, "      ")}`;

export async function runExample(example: PageExample, { module }: PageExamples): Promise<void> {
  const root = projectOf({ [module.name]: module.text, "flow.yaml": documentOf(example) });
  mkdirSync(join(root, "data"));
  const flow = new (await flowIn(root))() as Flow<any>;
  let result = await flow.kickoff(JSON.parse(example.input!));
  while (result.status === "waiting") result = await flow.resume(result.id);
  expect(result.output).toEqual(JSON.parse(/^# => (.*)$/m.exec(example.text)![1]!));
}
