/** What an editor offers inside the quotes of a trigger, through TypeScript's language service. */
import { join } from "node:path";
import ts from "typescript";
import type { Dialect } from "./compile.js";

/** The step under the cursor is added to this flow; `|` is the cursor. */
const flow = (step: string) => `
import { and, atLeast, each, failed, Flow, keep, listen, or, race, route, router, settled, start } from "millrace";
export class Offered extends Flow {
  @start() research() { return { facts: 1 }; }
  @router("research") check() { return Math.random() > 0.5 ? "good" : route("rework", 1); }
  @listen("good") private hidden() {}
  helper = 1;
  ${step}
}`;

const steps = ["research", "check"];
const triggers = [...steps, "good", "rework"];

const cases: readonly { readonly step: string; readonly offered: readonly string[] }[] = [
  ...[
    '@listen("|") step() {}',
    '@listen(or("|")) step() {}',
    '@listen(or("research", "|")) step() {}',
    '@listen(and("|")) step() {}',
    '@listen(and("research", or("|"))) step() {}',
    '@listen(and("research", atLeast(1, "good", "|"))) step() {}',
    '@listen(atLeast(2, "|")) step() {}',
    '@listen(each("|")) step() {}',
    '@listen(race("|")) step() {}',
    '@listen(and(keep("|"), "good")) step() {}',
    '@start("|") step() {}',
    '@start(or("|")) step() {}',
    '@router("|") step() { return Math.random() > 0.5 ? "x" : "y"; }',
    '@router(and("|")) step() { return Math.random() > 0.5 ? "x" : "y"; }',
  ].map((step) => ({ step, offered: triggers })),
  ...['@listen(failed("|")) step() {}', '@listen(or("good", settled("|"))) step() {}'].map((step) => ({
    step,
    offered: steps,
  })),
  { step: "@listen((f) => f.|) step() {}", offered: [...steps, "hidden"] },
  {
    step: '@router("good", { routes: ["|"] }) step() { return Math.random() > 0.5 ? "x" : "y"; }',
    offered: ["x", "y"],
  },
  {
    step: '@start() @router({ routes: ["|"] }) step() { return Math.random() > 0.5 ? "x" : "y"; }',
    offered: ["x", "y"],
  },
];

/** Names that must never be offered as triggers: Flow's own, fields, private steps, what is no step. */
const neverOffered = ["kickoff", "state", "runs", "helper", "hidden", "~types"];

/** One line for each place where something is offered that should not be, or is not that should. */
export function checkCompletions(folder: string, dialect: Dialect): string[] {
  const file = join(folder, "offered.ts");
  let text = "";
  let version = 0;
  const host: ts.LanguageServiceHost = {
    getCompilationSettings: () => ({
      strict: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      experimentalDecorators: dialect === "legacy",
    }),
    getScriptFileNames: () => [file],
    getScriptVersion: (name) => (name === file ? String(version) : "1"),
    getScriptSnapshot: (name) => {
      const content = name === file ? text : ts.sys.readFile(name);
      return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
    },
    getCurrentDirectory: () => folder,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (name) => name === file || ts.sys.fileExists(name),
    readFile: (name) => (name === file ? text : ts.sys.readFile(name)),
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
    realpath: ts.sys.realpath,
  };
  const service = ts.createLanguageService(host);
  return cases.flatMap(({ step, offered }) => {
    const marked = flow(step);
    const cursor = marked.indexOf("|");
    text = marked.slice(0, cursor) + marked.slice(cursor + 1);
    version++;
    const names = new Set(service.getCompletionsAtPosition(file, cursor, undefined)?.entries.map(({ name }) => name));
    const lacking = offered.filter((name) => !names.has(name));
    const strings = /["']\|/.test(step);
    const wrong = strings ? neverOffered.filter((name) => names.has(name)) : [];
    return [
      ...(lacking.length > 0 ? [`${step} does not offer ${lacking.join(", ")}`] : []),
      ...(wrong.length > 0 ? [`${step} offers ${wrong.join(", ")}`] : []),
    ];
  });
}
