/** Types as TypeScript writes them → as documents do. What documents have no word for is `any`. */

/** A node of the syntax tree: ESTree with TypeScript's nodes. */
export interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** A type of a document: `text`, `list[Article]`, or fields. */
export type WrittenType = string | { readonly [field: string]: WrittenType };

const words: Readonly<Record<string, string>> = {
  TSStringKeyword: "text",
  TSNumberKeyword: "number",
  TSBooleanKeyword: "bool",
};
const lists: ReadonlySet<string> = new Set(["Array", "ReadonlyArray", "Set", "ReadonlySet"]);
const wrappers: ReadonlySet<string> = new Set(["Promise", "PromiseLike", "Awaited", "Readonly", "Required"]);

export class TypeReader {
  /** Interfaces and aliases of the module, by name. */
  readonly #declared = new Map<string, Node>();
  readonly #used = new Map<string, WrittenType>();

  constructor(body: readonly Node[]) {
    for (const statement of body) {
      const node = ((statement.type === "ExportNamedDeclaration" && statement.declaration) || statement) as Node;
      const generic = node.typeParameters !== null && node.typeParameters !== undefined;
      if (!generic && ["TSInterfaceDeclaration", "TSTypeAliasDeclaration", "TSEnumDeclaration"].includes(node.type))
        this.#declared.set((node.id as Node).name as string, node);
    }
  }

  /** The types of the module that were referred to by name. */
  used(): Readonly<Record<string, WrittenType>> {
    return Object.fromEntries([...this.#used].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  read(node: Node): WrittenType {
    const word = words[node.type];
    if (word) return word;
    switch (node.type) {
      case "TSArrayType":
        return this.#listOf(node.elementType as Node);
      case "TSTypeLiteral":
        return this.fields(node) ?? "any";
      case "TSTemplateLiteralType":
        return "text";
      case "TSLiteralType":
        return literalText((node.literal as Node).value);
      case "TSUnionType":
        return this.#union(node.types as readonly Node[]);
      case "TSTypeOperator":
      case "TSParenthesizedType":
        return this.read(node.typeAnnotation as Node);
      case "TSTypeReference":
        return this.#reference(node);
      default:
        return "any";
    }
  }

  /** What a function makes; undefined: nothing, or what a stream of values leads to is not known. */
  result(node: Node): WrittenType | undefined {
    if (node.type === "TSVoidKeyword" || node.type === "TSUndefinedKeyword") return undefined;
    if (node.type === "TSTypeReference" && wrappers.has(nameOf(node))) {
      const [inner] = argumentsOf(node);
      return inner && this.result(inner);
    }
    const type = this.read(node);
    return type === "any" ? undefined : type;
  }

  /** The fields of an object's type; undefined: it is none, or of another module. */
  fields(node: Node): Record<string, WrittenType> | undefined {
    if (node.type === "TSTypeReference") {
      const declared = this.#declared.get(nameOf(node));
      if (declared?.type === "TSEnumDeclaration") return undefined;
      if (declared?.type === "TSTypeAliasDeclaration") return this.fields(declared.typeAnnotation as Node);
      return declared && !(declared.extends as unknown[] | undefined)?.length
        ? this.#members((declared.body as Node).body)
        : undefined;
    }
    return node.type === "TSTypeLiteral" ? this.#members(node.members) : undefined;
  }

  #members(members: unknown): Record<string, WrittenType> | undefined {
    const fields: Record<string, WrittenType> = {};
    for (const member of members as readonly Node[]) {
      if (member.type !== "TSPropertySignature" || member.computed === true) return undefined;
      const key = member.key as Node;
      const annotation = (member.typeAnnotation as Node | null)?.typeAnnotation as Node | undefined;
      const type = annotation ? this.read(annotation) : "any";
      fields[String(key.name ?? key.value)] = member.optional === true ? optional(type) : type;
    }
    return fields;
  }

  #union(types: readonly Node[]): WrittenType {
    const some = types.filter(({ type }) => type !== "TSUndefinedKeyword" && type !== "TSNullKeyword");
    const read = some.map((type) => this.read(type));
    const mayMiss = some.length < types.length;
    if (read.some((type) => typeof type !== "string" || type === "any")) return read.length === 1 ? read[0]! : "any";
    const text = read.join(" | ");
    if (!mayMiss) return text;
    return read.length === 1 ? `${text}?` : `(${text})?`;
  }

  #reference(node: Node): WrittenType {
    const name = nameOf(node);
    const [first, second] = argumentsOf(node);
    if (lists.has(name) && first) return this.#listOf(first);
    if (wrappers.has(name) && first) return this.read(first);
    if (name === "Record" && second) {
      const value = this.read(second);
      return typeof value === "string" ? `map[${value}]` : "any";
    }
    if (!this.#declared.has(name)) return "any";
    if (!this.#used.has(name)) {
      // before it is read: a type may hold itself
      this.#used.set(name, "any");
      const declared = this.#declared.get(name)!;
      const type =
        this.fields(node) ??
        (declared.type === "TSTypeAliasDeclaration"
          ? this.read(declared.typeAnnotation as Node)
          : declared.type === "TSEnumDeclaration"
            ? enumText(declared)
            : "any");
      this.#used.set(name, type);
    }
    return name;
  }

  #listOf(element: Node): WrittenType {
    const type = this.read(element);
    if (typeof type !== "string") return "any";
    return `list[${type}]`;
  }
}

const optional = (type: WrittenType): WrittenType => {
  if (typeof type !== "string") return type;
  return type.endsWith("?") ? type : type.includes(" | ") ? `(${type})?` : `${type}?`;
};

const nameOf = (node: Node): string => String(((node.typeName ?? {}) as Node).name ?? "");

const argumentsOf = (node: Node): readonly Node[] =>
  ((node.typeArguments as Node | null)?.params ?? []) as readonly Node[];

/** The values of an enum; one that is not written is the one before and one more. */
function enumText(node: Node): string {
  const members = ((node.body as Node | undefined)?.members ?? node.members) as readonly Node[];
  let next = 0;
  const values = members.map(({ initializer }) => {
    const given = initializer as Node | null | undefined;
    if (!given) return String(next++);
    if (typeof given.value === "number") next = given.value + 1;
    return given.type === "Literal" ? literalText(given.value) : "any";
  });
  return values.includes("any") || values.includes("text") ? "any" : values.join(" | ");
}

function literalText(value: unknown): string {
  if (typeof value === "string") return value.includes('"') ? "text" : JSON.stringify(value);
  return typeof value === "number" ? String(value) : typeof value === "boolean" ? "bool" : "any";
}
