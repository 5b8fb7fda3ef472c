/** `on:` as written, text or mapping, to a condition of the core. What is wrong is reported where it stands. */
import { nearest } from "millrace";
import type { Problems } from "../problems/index.js";
import { listed, shown } from "../problems/index.js";
import { type Path, type Place, placeInText, type SourceNode, toData } from "../source/index.js";
import { ConditionTextError, readConditionText } from "./condition-text.js";

/** As the core records it. */
export type Condition =
  | Leaf
  | { readonly kind: "keep"; readonly of: Leaf }
  | { readonly kind: "and" | "or" | "each" | "race"; readonly of: readonly Condition[] }
  | { readonly kind: "atLeast"; readonly count: number; readonly of: readonly Condition[] };
type Leaf =
  | { readonly kind: "name" | "signal"; readonly name: string }
  | { readonly kind: "failed" | "settled" | "collect" | "outcomes"; readonly step: string };

/** The names that a flow's conditions may wait for. */
export interface Waitable {
  readonly steps: ReadonlySet<string>;
  readonly labels: ReadonlySet<string>;
  readonly signals: ReadonlySet<string>;
}

export const conditionWords = [
  "and",
  "or",
  "atLeast",
  "each",
  "race",
  "failed",
  "settled",
  "collect",
  "outcomes",
  "signal",
  "keep",
];

const hint =
  "A condition is a name, `a and b`, `a or b`, `{ or: [a, b] }`, `{ atLeast: [2, a, b, c] }`, `failed(a)`, `settled(a)`, `collect(a)`, `signal(name)`, `each(a, b)`, `race(a, b)` or `keep(a)`.";

class Wrong {}

/** Undefined: it can't be read, and problems say why. */
export function readCondition(
  node: SourceNode,
  path: Path,
  { waitable, problems }: { readonly waitable: Waitable; readonly problems: Problems },
): Condition | undefined {
  const text = node.kind === "scalar" && typeof node.value === "string" ? node.value : undefined;
  const reader = new ConditionReader(waitable, problems);
  try {
    if (text === undefined) return reader.condition(toData(node), { node, path });
    return reader.condition(readConditionText(text), { node, path, text });
  } catch (error) {
    if (error instanceof ConditionTextError) {
      const place = placeInText(node, error.offset);
      problems.add(
        "DOCUMENT_FIELD_INVALID",
        { place, path },
        { message: `The condition can't be read: ${error.message}.`, hint },
      );
      return undefined;
    }
    if (error instanceof Wrong) return undefined;
    throw error;
  }
}

interface Where {
  readonly node: SourceNode;
  readonly path: Path;
  /** Set where all stands in one text. */
  readonly text?: string;
}

class ConditionReader {
  readonly #waitable: Waitable;
  readonly #problems: Problems;
  #allowed: Readonly<Record<"any" | "step", readonly string[]>> | undefined;

  constructor(waitable: Waitable, problems: Problems) {
    this.#waitable = waitable;
    this.#problems = problems;
  }

  condition(written: unknown, where: Where): Condition {
    if (typeof written === "string") return this.#text(written, where);
    if (Array.isArray(written)) return { kind: "and", of: this.#operands(written, where) };
    if (typeof written !== "object" || written === null)
      throw this.#wrong(where, "A condition is a name or a mapping.");
    const keys = Object.keys(written);
    if (keys.length !== 1) throw this.#wrong(where, "A condition has one word: `or`, `and`, …");
    const word = keys[0]!;
    const given = (written as Readonly<Record<string, unknown>>)[word];
    return this.#word(word, given, this.#inside(where, word));
  }

  #text(name: string, where: Where): Condition {
    // within a mapping or a list there may be a text of several words again
    if (where.text === undefined && /[\s(]/.test(name)) {
      const at = { ...where, text: name };
      return this.condition(readConditionText(name), at);
    }
    const { signals } = this.#waitable;
    if (signals.has(name)) return { kind: "signal", name };
    this.#known(name, where, "any");
    return { kind: "name", name };
  }

  #word(word: string, given: unknown, where: Where): Condition {
    switch (word) {
      case "and":
      case "or":
      case "each":
      case "race":
        return { kind: word, of: this.#operands(given, where) };
      case "atLeast":
        return this.#atLeast(given, where);
      case "failed":
      case "settled":
      case "collect":
      case "outcomes":
        return { kind: word, step: this.#step(given, where) };
      case "signal":
        if (typeof given !== "string") throw this.#wrong(where, "`signal` takes the name of a signal.");
        return { kind: "signal", name: given };
      case "keep": {
        const of = this.condition(given, where);
        if ("of" in of) throw this.#wrong(where, "`keep` takes one name.");
        return { kind: "keep", of };
      }
      default: {
        const near = nearest(word, conditionWords);
        throw this.#wrong(where, `"${word}" is no word of conditions${near ? `; is "${near}" meant?` : "."}`, near);
      }
    }
  }

  #operands(given: unknown, where: Where): readonly Condition[] {
    if (!Array.isArray(given) || given.length === 0) throw this.#wrong(where, "A list of conditions is expected here.");
    return given.map((operand, i) => this.condition(operand, this.#inside(where, i)));
  }

  #atLeast(given: unknown, where: Where): Condition {
    const [count, ...rest] = Array.isArray(given)
      ? (given as unknown[])
      : [(given as { count?: unknown } | null)?.count];
    const of = Array.isArray(given) ? rest : (given as { of?: unknown } | null)?.of;
    if (typeof count !== "number" || !Number.isInteger(count) || count < 1)
      throw this.#wrong(where, "`atLeast` takes a number and then what it counts: `{ atLeast: [2, a, b, c] }`.");
    return { kind: "atLeast", count, of: this.#operands(of, where) };
  }

  #step(given: unknown, where: Where): string {
    if (typeof given !== "string") throw this.#wrong(where, "The id of a step is expected here.");
    this.#known(given, where, "step");
    return given;
  }

  #known(name: string, where: Where, what: "any" | "step"): void {
    const { steps, labels, signals } = this.#waitable;
    if (steps.has(name) || (what === "any" && labels.has(name))) return;
    if (this.#problems.countedOnly()) return;
    this.#allowed ??= { step: [...steps], any: [...steps, ...labels, ...signals] };
    const allowed = this.#allowed[what];
    const near = nearest(name, allowed);
    const place = this.#place(where, name);
    const kinds = what === "step" ? "step" : "step, label or signal";
    this.#problems.add(
      "DOCUMENT_UNKNOWN_NAME",
      { place, path: where.path },
      {
        message: `No ${kinds} of this flow is called "${shown(name)}"${near ? `; is "${near}" meant?` : "."}`,
        hint: `Take one of ${listed(allowed)}.`,
        allowed,
        ...(near !== undefined && { nearest: near }),
      },
    );
  }

  #place({ node, text }: Where, name: string): Place {
    if (text === undefined || node.kind !== "scalar") return node.place;
    return placeInText(node, Math.max(0, wordAt(text, name)));
  }

  #inside({ node, path, text }: Where, key: string | number): Where {
    if (text !== undefined) return { node, path, text };
    const inner =
      node.kind === "map"
        ? node.entries.get(String(key))?.value
        : node.kind === "list"
          ? node.items[Number(key)]
          : undefined;
    return { node: inner ?? node, path: [...path, key] };
  }

  #wrong({ node, path }: Where, message: string, near?: string): Wrong {
    const words = { message, hint, ...(near !== undefined && { nearest: near, allowed: conditionWords }) };
    this.#problems.add("DOCUMENT_FIELD_INVALID", { place: node.place, path }, words);
    return new Wrong();
  }
}

/** Where a name stands as a word of its own. */
function wordAt(text: string, name: string): number {
  const isWord = (sign: string | undefined) => sign !== undefined && /[\w-]/.test(sign);
  let at = text.indexOf(name);
  while (at >= 0 && (isWord(text[at - 1]) || isWord(text[at + name.length]))) at = text.indexOf(name, at + 1);
  return at;
}
