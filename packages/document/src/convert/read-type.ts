/** Types as TypeScript writes them → as documents do. What documents have no word for is thrown as `NoWord`. */
import { enumText, literalText } from "./read-literal.js";
import type { Node, SourceModule, SourceModules } from "./source-modules.js";
import { argumentsOf, NoWord, otherHint, placeOf, type TypePlace } from "./type-place.js";

/** A type of a document: `text`, `list[Article]`, fields, or a list of such. */
export type WrittenType = string | readonly [WrittenType] | { readonly [field: string]: WrittenType };

/** A field, and where its doc comment is looked for. */
export interface Field {
  readonly type: WrittenType;
  readonly member: Node;
  readonly module: SourceModule;
}

const words: Readonly<Record<string, string>> = {
  TSStringKeyword: "text",
  TSNumberKeyword: "number",
  TSBooleanKeyword: "bool",
  TSAnyKeyword: "any",
  TSUnknownKeyword: "any",
  TSObjectKeyword: "any",
  TSTemplateLiteralType: "text",
};
const hints: Readonly<Record<string, string>> = {
  TSTupleType: "Write an object with a field for each of its elements, or a list: `number[]`.",
  TSFunctionType: "A document hands on data: leave the function out, or import it where it is called.",
  TSBigIntKeyword: "Take a `number`, or a `string`.",
};
const lists: ReadonlySet<string> = new Set(["Array", "ReadonlyArray"]);
const wrappers: ReadonlySet<string> = new Set(["Promise", "PromiseLike", "Awaited", "Readonly", "NonNullable"]);
const nothing: ReadonlySet<string> = new Set(["TSUndefinedKeyword", "TSNullKeyword", "TSVoidKeyword"]);

export class TypeReader {
  readonly #modules: SourceModules;
  /** Types by the names that they have in the document. */
  #used = new Map<string, WrittenType>();
  /** Those names by declaration. */
  readonly #names = new Map<Node, string>();
  #depth = 0;

  constructor(modules: SourceModules) {
    this.#modules = modules;
  }

  /** The types that were referred to by name. */
  used(): Readonly<Record<string, WrittenType>> {
    return Object.fromEntries([...this.#used].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** @throws {NoWord} */
  read(node: Node, at: TypePlace): WrittenType {
    if (this.#depth > 40) throw new NoWord(node, at, "Write a type that does not grow with each level of itself.");
    this.#depth++;
    try {
      return this.#read(node, at);
    } finally {
      this.#depth--;
    }
  }

  #read(node: Node, at: TypePlace): WrittenType {
    const word = words[node.type];
    if (word) return word;
    switch (node.type) {
      case "TSArrayType":
        return this.#listOf(node.elementType as Node, at);
      case "TSTypeLiteral":
        return this.#mapOf(node, at) ?? this.#typesOf(this.fields(node, at)!);
      case "TSIntersectionType": {
        const fields = this.fields(node, at);
        if (fields) return this.#typesOf(fields);
        break;
      }
      case "TSLiteralType":
        return literalText(node, at);
      case "TSUnionType":
        return this.#union(node.types as readonly Node[], at);
      case "TSTypeOperator":
        if (node.operator === "readonly") return this.read(node.typeAnnotation as Node, at);
        break;
      case "TSParenthesizedType":
        return this.read(node.typeAnnotation as Node, at);
      case "TSTypeReference":
        return this.#reference(node, at);
    }
    throw new NoWord(node, at, hints[node.type] ?? otherHint);
  }

  /** What a function makes; undefined: nothing, or what documents have no word for. */
  result(node: Node, at: TypePlace): WrittenType | undefined {
    if (nothing.has(node.type)) return undefined;
    if (node.type === "TSTypeReference" && wrappers.has(nameOf(node)) && argumentsOf(node)[0])
      return this.result(argumentsOf(node)[0]!, at);
    const before = new Map(this.#used);
    const names = new Map(this.#names);
    try {
      const type = this.read(node, at);
      return type === "any" ? undefined : type;
    } catch (error) {
      if (!(error instanceof NoWord)) throw error;
      // what was read for it alone is no part of the document
      this.#used = before;
      for (const one of this.#names.keys()) if (!names.has(one)) this.#names.delete(one);
      return undefined;
    }
  }

  /** The fields of an object's type; undefined: it is none. */
  fields(node: Node, at: TypePlace): Record<string, Field> | undefined {
    if (node.type === "TSParenthesizedType") return this.fields(node.typeAnnotation as Node, at);
    if (node.type === "TSTypeLiteral") return this.#mapOf(node, at) ? undefined : this.#members(node.members, at);
    if (node.type === "TSIntersectionType") {
      const parts = (node.types as readonly Node[]).map((one) => this.fields(one, at));
      return parts.every((one) => one !== undefined) ? Object.assign({}, ...parts) : undefined;
    }
    if (node.type !== "TSTypeReference") return undefined;
    const name = nameOf(node);
    const [first, second] = argumentsOf(node);
    if (at.parameters?.has(name)) {
      const bound = at.parameters.get(name);
      return bound && this.fields(bound.node, bound.at);
    }
    const declared = this.#modules.find(name, at.module);
    if (!declared) return first && this.#changed(name, { first, second, at });
    const inside = placeOf(declared.node, node, { module: declared.module, from: at });
    if (declared.node.type === "TSTypeAliasDeclaration")
      return this.fields(declared.node.typeAnnotation as Node, inside);
    if (declared.node.type !== "TSInterfaceDeclaration") return undefined;
    return this.#ownFields(declared.node, inside);
  }

  /** `Partial<T>` and its like. */
  #changed(name: string, { first, second, at }: { first: Node; second: Node | undefined; at: TypePlace }) {
    const fields = this.fields(first, at);
    if (!fields) return undefined;
    const entries = Object.entries(fields);
    const keys = (second?.type === "TSUnionType" ? (second.types as readonly Node[]) : [second]).map(
      (one) => (one?.literal as Node | undefined)?.value,
    );
    const change = (to: (type: WrittenType, key: string) => WrittenType) =>
      Object.fromEntries(entries.map(([key, field]) => [key, { ...field, type: to(field.type, key) }]));
    if (name === "Readonly") return fields;
    if (name === "Partial") return change((type, key) => this.optional(type, key));
    if (name === "Required") return change((type) => (typeof type === "string" ? type.replace(/\?$/, "") : type));
    if ((name !== "Pick" && name !== "Omit") || keys.some((key) => typeof key !== "string")) return undefined;
    return Object.fromEntries(entries.filter(([key]) => keys.includes(key) === (name === "Pick")));
  }

  #members(members: unknown, at: TypePlace): Record<string, Field> {
    const fields: Record<string, Field> = {};
    for (const member of members as readonly Node[]) {
      if (member.type !== "TSPropertySignature" || member.computed === true) throw new NoWord(member, at, otherHint);
      const key = String((member.key as Node).name ?? (member.key as Node).value);
      const annotation = (member.typeAnnotation as Node | null)?.typeAnnotation as Node | undefined;
      const type = annotation ? this.read(annotation, at) : "any";
      fields[key] = { type: member.optional === true ? this.optional(type, key) : type, member, module: at.module };
    }
    return fields;
  }

  /** `{ [name: string]: T }`. */
  #mapOf({ members }: Node, at: TypePlace): string | undefined {
    const [one, ...others] = members as readonly Node[];
    if (one?.type !== "TSIndexSignature" || others.length > 0) return undefined;
    const value = (one.typeAnnotation as Node).typeAnnotation as Node;
    return `map[${this.#text(this.read(value, at), "Value")}]`;
  }

  readonly #typesOf = (fields: Readonly<Record<string, Field>>): WrittenType =>
    Object.fromEntries(Object.entries(fields).map(([key, { type }]) => [key, type]));

  /** A type that may be missing; `hint` names it where only a name can be. */
  optional(type: WrittenType, hint: string): WrittenType {
    const text = this.#text(type, hint);
    if (text.endsWith("?") || text === "any") return text === "any" ? "any?" : text;
    return text.includes(" | ") ? `(${text})?` : `${text}?`;
  }

  /** In one text; fields and lists of them are given a name. */
  #text(type: WrittenType, hint: string): string {
    if (typeof type === "string") return type;
    if (Array.isArray(type)) return `list[${this.#text(type[0] as WrittenType, hint)}]`;
    const name = this.#free(hint.charAt(0).toUpperCase() + hint.slice(1).replace(/\W/g, "_"));
    this.#used.set(name, type);
    return name;
  }

  #free(wanted: string): string {
    let name = wanted;
    for (let n = 2; this.#used.has(name) || taken.has(name); n++) name = `${wanted}${n}`;
    return name;
  }

  #union(types: readonly Node[], at: TypePlace): WrittenType {
    const some = types.filter(({ type }) => !nothing.has(type));
    const read = some.map((type) => this.read(type, at));
    const mayMiss = some.length < types.length || read.some((one) => typeof one === "string" && one.endsWith("?"));
    if (read.length === 1) return mayMiss ? this.optional(read[0]!, "Value") : read[0]!;
    const texts = new Set(read.map((one, i) => this.#text(one, `Choice${i + 1}`).replace(/^\((.*)\)\?$|\?$/, "$1")));
    if (texts.has("any")) return "any";
    const text = [...texts].join(" | ");
    return mayMiss ? this.optional(text, "Value") : text;
  }

  #reference(node: Node, at: TypePlace): WrittenType {
    const name = nameOf(node);
    const [first, second] = argumentsOf(node);
    if (at.parameters?.has(name)) {
      const bound = at.parameters.get(name);
      return bound ? this.read(bound.node, bound.at) : "any";
    }
    const declared = this.#modules.find(name, at.module);
    if (!declared) {
      if (lists.has(name) && first) return this.#listOf(first, at);
      if (wrappers.has(name) && first && !this.fields(node, at)) return this.read(first, at);
      if (name === "Record" && second) return `map[${this.#text(this.read(second, at), "Value")}]`;
      const fields = this.fields(node, at);
      if (fields) return this.#typesOf(fields);
      throw new NoWord(node, at, otherHint);
    }
    const { node: found, module } = declared;
    const inside = placeOf(found, node, { module, from: at });
    if (found.typeParameters) return this.#content(found, node, inside);
    const known = this.#names.get(found);
    if (known !== undefined) return known;
    // as it is called where it stands, whatever it is imported as
    const free = this.#free(String((found.id as Node | null)?.name ?? name));
    this.#names.set(found, free);
    // before it is read: a type may hold itself
    this.#used.set(free, "any");
    this.#used.set(free, this.#content(found, node, inside));
    return free;
  }

  #content(found: Node, node: Node, inside: TypePlace): WrittenType {
    if (found.type === "TSEnumDeclaration") return enumText(found, inside);
    if (found.type === "TSTypeAliasDeclaration") return this.read(found.typeAnnotation as Node, inside);
    if (found.type !== "TSInterfaceDeclaration") throw new NoWord(node, inside, otherHint);
    const [only, ...others] = (found.body as Node).body as readonly Node[];
    if (only?.type === "TSIndexSignature" && others.length === 0)
      return this.#mapOf({ type: "", members: [only] }, inside)!;
    return this.#typesOf(this.#ownFields(found, inside));
  }

  #ownFields(found: Node, inside: TypePlace): Record<string, Field> {
    const parents = ((found.extends ?? []) as readonly Node[]).map((parent) => {
      const fields = this.fields({ ...parent, type: "TSTypeReference", typeName: parent.expression }, inside);
      if (!fields) throw new NoWord(parent, inside, otherHint);
      return fields;
    });
    return Object.assign({}, ...parents, this.#members((found.body as Node).body, inside));
  }

  #listOf(element: Node, at: TypePlace): WrittenType {
    const type = this.read(element, at);
    return typeof type === "string" ? `list[${type}]` : [type];
  }
}

/** Names that documents have of their own. */
const taken: ReadonlySet<string> = new Set("text int number bool any date datetime list map".split(" "));

const nameOf = (node: Node): string => String(((node.typeName ?? {}) as Node).name ?? "");
