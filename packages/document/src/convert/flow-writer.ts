/** One flow of a document as the text of a class. */
import type { z } from "zod";
import { astOf } from "../expressions/ast.js";
import { type Expression, isValue } from "../expressions/index.js";
import type { FlowSource } from "../lower/lower-flow.js";
import type { LoweredStep } from "../lower/lower-step.js";
import { rootsOf, sourceOf } from "../lower/roots.js";
import type { ValueTree } from "../lower/value-tree.js";
import { ExpressionSource, NoCounterpart } from "./expression-source.js";
import { schemaSource } from "./schema-source.js";

interface Around {
  /** Names by module, added to. */
  readonly imports: Map<string, Set<string>>;
  /** Class names by flow. */
  readonly classes: ReadonlyMap<string, string>;
}

export const classNameOf = (id: string): string =>
  id.replace(/(^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_all, _gap: string, letter: string) => letter.toUpperCase());

export class FlowWriter {
  readonly #source: FlowSource;
  readonly #around: Around;

  constructor(source: FlowSource, around: Around) {
    this.#source = source;
    this.#around = around;
  }

  write(className: string): string {
    const { spec, steps, outputs } = this.#source;
    const { input, state, merge, signals = [], version, name } = spec;
    if (signals.length > 0) throw new NoCounterpart("its signals are not written");
    const lines = [
      `name: ${JSON.stringify(name)},`,
      ...(version === undefined ? [] : [`version: ${JSON.stringify(version)},`]),
      ...(input ? [`input: ${this.#schema(input)},`] : []),
      ...(state ? [`state: ${this.#schema(state)},`] : []),
      ...(merge ? [`merge: ${JSON.stringify(merge)},`] : []),
      "steps: [",
      ...steps.map((step) => indented(this.#step(step), 2)),
      "],",
      ...(outputs.tree ? [`result: ${this.#result(outputs.tree.tree)},`] : []),
    ];
    return `export class ${className} extends flowClass(\n  lowerFlow({\n${indented(lines.join("\n"), 4)}\n  }),\n) {}\n`;
  }

  #step(step: LoweredStep): string {
    const { draft, spec, trees, item } = step;
    const { common, id } = draft;
    if (item.items || item.workers || item.batch) throw new NoCounterpart(`step "${id}" is of a stream of items`);
    if (common.repeat || common.cache) throw new NoCounterpart(`step "${id}" has \`repeat\` or \`cache\``);
    const { names, outcomes } = rootsOf(trees.expressions);
    if (outcomes.size > 0) throw new NoCounterpart(`step "${id}" asks how another came out`);
    const read = [...new Set([...names.keys()].map((name) => sourceOf(name, this.#source.facts.variables)))];
    const payload = spec.on !== undefined && !trees.with && takesParams(step);
    const bound = read.map((name) => `${name}: ${this.#ref(name, names.get(name) === "optional")}`);
    const { handedBy } = step;
    if (handedBy !== undefined) bound.push(`handed: ${this.#ref(handedBy, false)}`);
    if (payload && read.length > 0)
      throw new NoCounterpart(`step "${id}" takes what \`on\` hands over, and reads other steps`);
    const taken = handedBy !== undefined && takesParams(step) ? [...read, "handed"] : read;
    const given = payload ? "params" : `{ ${taken.join(", ")} }`;
    const params = trees.with
      ? this.#value(trees.with)
      : handedBy === undefined
        ? payload
          ? "params"
          : "undefined"
        : "handed";
    const { retry } = spec;
    const lines = [
      `name: ${JSON.stringify(id)},`,
      ...(spec.on === undefined ? this.#after(spec.after ?? []) : [`on: ${JSON.stringify(spec.on)},`]),
      ...(spec.starts ? ["starts: true,"] : []),
      ...(payload ? [] : [`with: { ${bound.join(", ")} },`]),
      ...(spec.routes
        ? [`routes: ${JSON.stringify(spec.routes)},`, `severalLabels: ${String(spec.severalLabels ?? false)},`]
        : []),
      ...(trees.when ? [`when: ${this.#when(trees.when)},`] : []),
      ...(retry ? [`retry: ${JSON.stringify(retry)},`] : []),
      ...(spec.timeout === undefined ? [] : [`timeout: ${JSON.stringify(spec.timeout)},`]),
      `run: (${given}, tools) => ${this.#run(step, params)},`,
    ];
    if (retry?.if) throw new NoCounterpart(`step "${id}" is tried again by the rules of its type`);
    return `{\n${indented(lines.join("\n"), 2)}\n},`;
  }

  #run({ draft, trees }: LoweredStep, params: string): string {
    const { config, kind, id, common } = draft;
    const field = (name: string) =>
      this.#value(trees.fields.get(name)?.tree ?? { kind: "value", value: (config[name] ?? null) as null });
    if (kind === "flow") return `tools.runFlow(${this.#around.classes.get(String(config.flow))!}, ${params})`;
    if (kind === "router") return this.#cases(trees);
    switch (common.type) {
      case "code":
        return this.#code(config, params);
      case "template":
        return field("template");
      case "echo":
        return trees.fields.has("value") ? parenthesized(field("value")) : params;
      case "construct":
        if (config.as === undefined) return parenthesized(field("fields"));
        break;
      case "sleep":
        return `tools.sleep(${field("for")})`;
      case "ask":
        if (config.as === undefined && config.within === undefined) return `tools.ask(${field("prompt")})`;
    }
    throw new NoCounterpart(`step "${id}" is of type ${common.type}`);
  }

  #code({ run, args }: Readonly<Record<string, unknown>>, params: string): string {
    const [path, name] = String(run).split("#") as [string, string];
    if (name === "default" || !/^[A-Za-z_$][\w$]*$/.test(name))
      throw new NoCounterpart(`${String(run)} has no name to import`);
    const module = path.replace(/^(?!\.)/, "./").replace(/\.([mc]?)tsx?$/, ".$1js");
    const others = [...this.#around.imports].filter(([from]) => from !== module).flatMap(([, names]) => [...names]);
    if (others.includes(name)) throw new NoCounterpart(`two modules export "${name}"`);
    this.#import(module, name);
    const called = this.#source.project.load(String(run));
    const names = args as readonly string[] | undefined;
    const given = names ? names.map((arg) => `${parenthesized(params)}.${arg}`) : [params];
    // One that takes no tools is not given any: the compiler would ask what for.
    if (typeof called === "function" && called.length > given.length) given.push("tools");
    return `${name}(${given.join(", ")})`;
  }

  #cases({ cases }: LoweredStep["trees"]): string {
    const lines = cases.map(({ when, label, payload }) => {
      if (payload) this.#import("millrace", "route");
      const made = payload ? `route(${JSON.stringify(label)}, ${this.#value(payload)})` : JSON.stringify(label);
      return when ? `if (${this.#expression(when)}) return ${made};` : `return ${made};`;
    });
    if (cases.at(-1)?.when) lines.push("return undefined;");
    return `{\n${indented(lines.join("\n"), 2)}\n}`;
  }

  #when(expression: Expression): string {
    const names = [...rootsOf([expression]).names.keys()].map((name) => sourceOf(name, this.#source.facts.variables));
    return `({ ${[...new Set(names)].join(", ")} }: any) => ${this.#expression(expression)}`;
  }

  /** What a run returns is made of references alone. */
  #result(tree: ValueTree): string {
    if (tree.kind === "value") return JSON.stringify(tree.value);
    if (tree.kind === "record")
      return `{ ${[...tree.entries].map(([key, one]) => `${JSON.stringify(key)}: ${this.#result(one)}`).join(", ")} }`;
    const path = tree.kind === "template" && isValue(tree.template) ? tree.template.expressions[0]!.path : undefined;
    if (!path || this.#source.facts.variables.has(path.root)) throw new NoCounterpart("its outputs compute");
    this.#import("millrace", "orElse");
    const [from, keys] = [path.root, path.keys];
    this.#import("millrace", "ref");
    const to =
      from === "input" || from === "state"
        ? `ref(${JSON.stringify([from, ...keys].join("."))})`
        : `ref({ step: ${JSON.stringify(from)}, path: ${JSON.stringify(keys)} })`;
    return from === "input" || from === "state" ? to : `orElse(${to}, undefined)`;
  }

  #value(tree: ValueTree): string {
    switch (tree.kind) {
      case "value":
        return JSON.stringify(tree.value);
      case "list":
        return `[${tree.items.map((one) => this.#value(one)).join(", ")}]`;
      case "record":
        return `{ ${[...tree.entries].map(([key, one]) => `${JSON.stringify(key)}: ${this.#value(one)}`).join(", ")} }`;
      case "template": {
        const { texts, expressions } = tree.template;
        if (isValue(tree.template)) return this.#expression(expressions[0]!);
        const escaped = texts.map((text) => text.replace(/[`\\]|\$\{/g, "\\$&").replace(/\r/g, "\\r"));
        return `\`${escaped.map((text, i) => (i === 0 ? text : `\${$text(${this.#expression(expressions[i - 1]!)})}${text}`)).join("")}\``;
      }
    }
  }

  #expression({ text }: Expression): string {
    return new ExpressionSource(text, this.#source.facts.variables).of(astOf(this.#source.scope.typed.parse(text)));
  }

  #ref(name: string, optional: boolean): string {
    this.#import("millrace", "ref");
    const plain = name === "input" || name === "state";
    const to = plain ? `ref("${name}")` : `ref({ step: ${JSON.stringify(name)} })`;
    if (!optional || plain) return to;
    this.#import("millrace", "orElse");
    return `orElse(${to}, undefined)`;
  }

  #after(links: readonly { readonly step: string }[]): string[] {
    return links.length === 0 ? [] : [`after: ${JSON.stringify(links.map(({ step }) => ({ step })))},`];
  }

  #schema(schema: z.ZodType): string {
    this.#import("zod", "z");
    return schemaSource(schema);
  }

  #import(module: string, name: string): void {
    const names = this.#around.imports.get(module) ?? new Set();
    this.#around.imports.set(module, names.add(name));
  }
}

/** An object behind an arrow is none without. */
const parenthesized = (source: string): string => (source.startsWith("{") ? `(${source})` : source);

const indented = (text: string, by: number): string => text.replace(/^(?=.)/gm, " ".repeat(by));

/** Whether what a step does depends on its parameters, not on its fields alone. */
function takesParams({ draft, trees }: LoweredStep): boolean {
  const { kind, common } = draft;
  return kind === "flow" || common.type === "code" || (common.type === "echo" && !trees.fields.has("value"));
}
