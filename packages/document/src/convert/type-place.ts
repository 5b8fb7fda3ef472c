/** Where a type stands, and what the names of type parameters stand for there. */
import type { Node, SourceModule } from "./source-modules.js";

/** Where a type stands: its module, and what type parameters stand for. */
export interface TypePlace {
  readonly module: SourceModule;
  readonly parameters?: ReadonlyMap<string, Placed | undefined>;
}

export interface Placed {
  readonly node: Node;
  readonly at: TypePlace;
}

/** Documents have no word for a type. */
export class NoWord extends Error {
  readonly node: Node;
  readonly module: SourceModule;
  /** What to write in place of it. */
  readonly hint: string;
  constructor(node: Node, { module }: TypePlace, hint: string) {
    super("no word");
    this.node = node;
    this.module = module;
    this.hint = hint;
  }
}

/** In place of most types. */
export const otherHint = "Write out the fields, or `unknown` where any value may come.";

/** Inside of a declaration: its type parameters stand for what was given, else for their defaults, else for anything. */
export function placeOf(
  declared: Node,
  node: Node,
  { module, from }: { module: SourceModule; from: TypePlace },
): TypePlace {
  return { module, parameters: parametersOf(declared, { module }, { given: argumentsOf(node), from }) };
}

/** What the type parameters of a function stand for: what they extend, or anything. */
export function parametersOf(
  declared: Node,
  at: TypePlace,
  { given, from }: { readonly given: readonly Node[]; readonly from: TypePlace } = { given: [], from: at },
): ReadonlyMap<string, Placed | undefined> {
  const params = ((declared.typeParameters as Node | null)?.params ?? []) as readonly Node[];
  const made = new Map<string, Placed | undefined>();
  const inside: TypePlace = { ...at, parameters: made };
  for (const [i, { name, default: other, constraint }] of params.entries()) {
    const node = (given[i] ?? other ?? constraint) as Node | undefined;
    made.set(String((name as Node).name ?? name), node && { node, at: given[i] ? from : inside });
  }
  return made;
}

export const argumentsOf = (node: Node): readonly Node[] =>
  ((node.typeArguments as Node | null)?.params ?? []) as readonly Node[];
