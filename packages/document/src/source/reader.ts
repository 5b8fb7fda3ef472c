/** YAML's nodes to SourceNodes, within bounds. What is wrong becomes a problem, and the rest is read for more. */
import { nearest } from "millrace";
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type ParsedNode,
  type Scalar,
  visit,
} from "yaml";
import { limits } from "../limits.js";
import type { Problems } from "../problems/index.js";
import type { MapEntry, Path, Place, SourceNode } from "./source-node.js";

/** Takes what stands behind `!include`; undefined: it can't be included, and a problem says so. */
export type Includer = (target: string, place: Place, path: Path) => SourceNode | undefined;

export interface ReaderOptions {
  readonly problems: Problems;
  readonly include?: Includer;
  /** How many values were read so far, shared by the files of one load. */
  readonly counter?: { values: number };
}

interface Words {
  readonly message: string;
  readonly hint: string;
}

export const tooDeep: Words = {
  message: `Values are nested deeper than ${limits.depth}.`,
  hint: "A document wants a handful of levels; put parts into named steps, types or flows.",
};

export const tooMany: Words = {
  message: `The document holds more than ${limits.values} values, aliases and includes counted, and an expression in a text as three.`,
  hint: "Put data into a file that a step reads.",
};

const plainTag = /^(!|tag:yaml\.org,2002:(str|int|float|bool|null|map|seq))$/;

const expressionWeight = 3;

const nothingAt = (place: Place): SourceNode => ({ kind: "scalar", place, style: "plain", value: null });

export class Reader {
  readonly #document: Document.Parsed;
  readonly #at: (offset: number) => Place;
  readonly #options: ReaderOptions;
  readonly #counter: { values: number };
  #stopped = false;
  readonly #resolving = new Set<unknown>();
  #targets: ReadonlyMap<Alias, ParsedNode> | undefined;

  constructor(document: Document.Parsed, at: (offset: number) => Place, options: ReaderOptions) {
    this.#document = document;
    this.#at = at;
    this.#options = options;
    this.#counter = options.counter ?? { values: 0 };
  }

  read(): SourceNode | undefined {
    const before = this.#options.problems.count;
    const node = this.#node(this.#document.contents as ParsedNode, [], this.#at(0));
    return this.#options.problems.count > before ? undefined : node;
  }

  /** Nothing where something is wrong: the problem is added, and the rest is read for more. */
  #node(node: ParsedNode | null | undefined, path: Path, parent: Place): SourceNode {
    const place = node?.range ? this.#at(node.range[0]) : parent;
    const nothing = nothingAt(place);
    if (this.#stopped || !node) return nothing;
    if (path.length > limits.depth) return this.#stop(place, path, tooDeep);
    if (++this.#counter.values > limits.values) {
      return this.#stop(place, path, tooMany);
    }
    if (isAlias(node)) return this.#alias(node, path, place);
    const tag = node.tag;
    if (tag !== undefined && !plainTag.test(tag)) return this.#tagged(node, path, place);
    if (isScalar(node)) return this.#scalar(node, path, place);
    if (isSeq(node)) {
      const items = node.items.map((item, i) => this.#node(item as ParsedNode, [...path, i], place));
      return { kind: "list", place, items };
    }
    if (isMap(node)) return { kind: "map", place, entries: this.#entries(node.items, path, place) };
    return nothing;
  }

  #entries(items: readonly unknown[], path: Path, parent: Place): ReadonlyMap<string, MapEntry> {
    const entries = new Map<string, MapEntry>();
    for (const pair of items) {
      if (!isPair(pair)) continue;
      const key = isScalar(pair.key) ? pair.key : undefined;
      const place = key?.range ? this.#at(key.range[0]) : parent;
      const name = key?.value;
      if (typeof name !== "string" && typeof name !== "number" && typeof name !== "boolean") {
        this.#syntax(
          { place, path },
          { message: "A key is no text.", hint: "Keys are names; put quotes around others." },
        );
        continue;
      }
      if (name === "<<") {
        this.#syntax(
          { place, path },
          { message: "`<<` merges a mapping into another, which documents don't take.", hint: mergeHint },
        );
        continue;
      }
      const text = String(name);
      if (entries.has(text))
        this.#syntax({ place, path }, { message: `The key "${text}" stands twice.`, hint: "Keep one of the two." });
      entries.set(text, { place, value: this.#node(pair.value as ParsedNode | null, [...path, text], place) });
    }
    return entries;
  }

  #scalar({ value, type }: Scalar, path: Path, place: Place): SourceNode {
    const style = type === "PLAIN" || type === undefined ? "plain" : type.startsWith("QUOTE") ? "quoted" : "block";
    if (typeof value === "string" && value.includes("{{")) {
      // each is compiled, which costs more than a value that is only read
      const count = Math.min(value.split("{{").length - 1, limits.expressions + 1);
      this.#counter.values += count * expressionWeight;
      if (this.#counter.values > limits.values) return this.#stop(place, path, tooMany);
    }
    if (typeof value === "bigint") return { kind: "scalar", place, style, value: Number(value) };
    if (value === null || ["string", "number", "boolean"].includes(typeof value)) {
      return { kind: "scalar", place, style, value: value as string | number | boolean | null };
    }
    return this.#syntax(
      { place, path },
      { message: "This is no value that documents take.", hint: "Write text, a number, true or false." },
    );
  }

  #alias(alias: Alias, path: Path, place: Place): SourceNode {
    this.#targets ??= targetsOf(this.#document);
    const target = this.#targets.get(alias);
    if (!target || this.#resolving.has(target)) {
      return this.#syntax(
        { place, path },
        { message: `The alias *${alias.source} leads nowhere.`, hint: "An alias follows its anchor, &name." },
      );
    }
    this.#resolving.add(target);
    const copy = this.#node(target, path, place);
    this.#resolving.delete(target);
    return copy;
  }

  #tagged(node: ParsedNode, path: Path, place: Place): SourceNode {
    const { include } = this.#options;
    if (node.tag === "!include" && include && isScalar(node) && typeof node.value === "string") {
      return include(node.value, place, path) ?? nothingAt(place);
    }
    const close = nearest(String(node.tag), ["!include"]);
    const what =
      node.tag === "!include" ? "`!include` takes the path of one file." : `The tag ${node.tag} is not known.`;
    return this.#syntax(
      { place, path },
      { message: what, hint: close ? "Write `!include ./file.yaml`." : "Leave the tag out." },
    );
  }

  #syntax(where: { place: Place; path: Path }, words: Words): SourceNode {
    this.#options.problems.add("DOCUMENT_SYNTAX", where, words);
    return nothingAt(where.place);
  }

  #stop(place: Place, path: Path, words: { message: string; hint: string }): SourceNode {
    this.#stopped = true;
    this.#options.problems.add("DOCUMENT_LIMIT", { place, path }, words);
    return nothingAt(place);
  }
}

/** What each alias stands for, in one walk: the library would go through the whole document for every one of them. */
function targetsOf(document: Document.Parsed): ReadonlyMap<Alias, ParsedNode> {
  const anchors = new Map<string, ParsedNode>();
  const targets = new Map<Alias, ParsedNode>();
  visit(document, {
    Node(_key, node) {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target) targets.set(node, target);
      } else if (node.anchor) anchors.set(node.anchor, node as ParsedNode);
    },
  });
  return targets;
}

const mergeHint = "Repeat the fields, or give the whole mapping a name and refer to it.";
