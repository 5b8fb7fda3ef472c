/**
 * The types that documents write, `text`, `list[Article]`, `{ title: text, score: number? }`, as zod schemas. Names are
 * looked up among the document's own `types`; a type may hold itself.
 */
import { ChatMessage, nearest } from "millrace";
import { z } from "zod";

/** What is wrong with a type, for the problem that its place will have. */
export interface TypeProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly hint: string;
  readonly allowed?: readonly string[];
  readonly nearest?: string;
}

export type TypeResult = { readonly schema: z.ZodType } | { readonly problem: TypeProblem };

const plain: Readonly<Record<string, () => z.ZodType>> = {
  text: () => z.string(),
  int: () => z.int(),
  number: () => z.number(),
  bool: () => z.boolean(),
  any: () => z.unknown(),
  date: () => z.iso.date(),
  datetime: () => z.iso.datetime({ offset: true }),
  ChatMessage: () => ChatMessage,
};
const synonyms: Readonly<Record<string, string>> = {
  string: "text",
  str: "text",
  integer: "int",
  float: "number",
  boolean: "bool",
  object: "any",
};

/** The words that a type may be made of, the document's own types aside. */
const typeWords: readonly string[] = [...Object.keys(plain), "list[…]", "map[…]"];

const synonymOf = (name: string) => {
  const lower = name.toLowerCase();
  return Object.hasOwn(synonyms, lower) ? synonyms[lower] : undefined;
};

/** Thrown and caught in here alone. */
class Wrong {
  readonly problem: TypeProblem;
  constructor(message: string, more: Partial<TypeProblem> = {}) {
    this.problem = { path: [], message, hint: typeHint, ...more };
  }
}

const typeHint =
  "Types are text, int, number, bool, date, datetime, any, list[T], map[T], the document's own, T? for what may be missing, or fields in braces.";

export class DocumentTypes {
  readonly #written: ReadonlyMap<string, unknown>;
  readonly #made = new Map<string, z.ZodType>();

  /** The `types` of the documents, as written, by name; in place of one that is written its schema may stand. */
  constructor(written: ReadonlyMap<string, unknown> = new Map()) {
    this.#written = written;
  }

  get names(): readonly string[] {
    return [...this.#written.keys()];
  }

  /** The name under `types` whose schema this is. */
  nameOf(schema: z.ZodType): string | undefined {
    for (const [name, made] of this.#made) if (made === schema) return name;
    return undefined;
  }

  /** The schema of a type as written: text, a list of one type, or a mapping of fields. */
  read(written: unknown): TypeResult {
    try {
      return { schema: this.#type(written, [], 0) };
    } catch (error) {
      if (error instanceof Wrong) return { problem: error.problem };
      throw error;
    }
  }

  /**
   * The schema of something declared: a type, or `{ type, default, description, allowed }`.
   */
  declaration(written: unknown): TypeResult {
    try {
      return { schema: this.#declared(written) };
    } catch (error) {
      if (error instanceof Wrong) return { problem: error.problem };
      throw error;
    }
  }

  #declared(written: unknown): z.ZodType {
    if (!isRecord(written) || !isDeclaration(written)) return this.#type(written, [], 0);
    let schema = inside("type", () => this.#type(written.type, [], 0));
    if (written.allowed !== undefined) {
      const { allowed } = written;
      if (!Array.isArray(allowed) || allowed.length === 0)
        throw new Wrong("`allowed` is no list of values.", { path: ["allowed"] });
      schema = schema.refine((value) => allowed.includes(value), `is none of ${allowed.join(", ")}`);
      schema = schema.meta({ enum: allowed });
    }
    if (typeof written.description === "string") schema = schema.describe(written.description);
    if (written.default !== undefined) {
      const fits = schema.safeParse(written.default);
      if (!fits.success) {
        const [issue] = fits.error.issues;
        throw new Wrong(`The default does not fit its type: ${issue?.message ?? "invalid"}.`, { path: ["default"] });
      }
      schema = schema.default(written.default as never);
    }
    return schema;
  }

  #type(written: unknown, path: readonly (string | number)[], depth: number): z.ZodType {
    if (depth > 30) throw new Wrong("The type is nested too deep.", { path });
    if (written instanceof z.ZodType) return written;
    if (typeof written === "string") return new TypeText(written, (name) => this.#named(name)).read();
    if (Array.isArray(written) && written.length === 1)
      return z.array(inside(0, () => this.#type(written[0], path, depth + 1)));
    if (isRecord(written)) {
      const fields = Object.entries(written).map(([key, value]) => {
        const declared = isRecord(value) && isDeclaration(value);
        return [
          key,
          inside(key, () => (declared ? this.#declared(value) : this.#type(value, path, depth + 1))),
        ] as const;
      });
      return z.object(Object.fromEntries(fields));
    }
    throw new Wrong(`${JSON.stringify(written)?.slice(0, 60)} is no type.`);
  }

  #named(name: string): z.ZodType {
    const made = this.#made.get(name);
    if (made) return made;
    const basic = Object.hasOwn(plain, name) ? plain[name] : undefined;
    if (basic) return basic();
    if (!this.#written.has(name)) {
      const allowed = [...this.names, ...typeWords];
      const near = synonymOf(name) ?? nearest(name, allowed);
      throw new Wrong(`The type "${name}" is not known${near ? `; is "${near}" meant?` : "."}`, {
        allowed,
        ...(near !== undefined && { nearest: near }),
      });
    }
    // stands for itself while it is made: what refers to it within itself is looked up when it is used
    let schema: z.ZodType | undefined;
    const itself = z.lazy(() => schema ?? z.unknown());
    this.#made.set(name, itself);
    try {
      schema = this.#type(this.#written.get(name), [], 0);
    } finally {
      this.#made.delete(name);
    }
    if (schema === itself) throw new Wrong(`The type "${name}" is nothing but itself.`);
    this.#made.set(name, schema);
    return schema;
  }
}

/** `list[text]?`, `"good" | "bad"`: read from left to right. */
class TypeText {
  readonly #tokens: readonly string[];
  readonly #named: (name: string) => z.ZodType;
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string, named: (name: string) => z.ZodType) {
    this.#text = text;
    this.#named = named;
    this.#tokens = text.slice(0, 500).match(/"[^"]*"|'[^']*'|[A-Za-z_][\w-]*|-?\d+(\.\d+)?|\S/g) ?? [];
  }

  read(): z.ZodType {
    const schema = this.#union();
    if (this.#at < this.#tokens.length) throw this.#wrong();
    return schema;
  }

  #union(): z.ZodType {
    if (++this.#depth > 30) throw new Wrong("The type is nested too deep.");
    const options = [this.#suffixed()];
    while (this.#take("|")) options.push(this.#suffixed());
    this.#depth--;
    return options.length === 1 ? options[0]! : z.union(options as [z.ZodType, z.ZodType]);
  }

  #suffixed(): z.ZodType {
    const schema = this.#base();
    return this.#take("?") ? schema.nullish() : schema;
  }

  #base(): z.ZodType {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw this.#wrong();
    if (/^["']/.test(token)) return z.literal(token.slice(1, -1));
    if (/^-?\d/.test(token)) return z.literal(Number(token));
    if (token === "(") return this.#closed(")");
    if ((token === "list" || token === "map") && this.#take("[")) {
      const of = this.#closed("]");
      return token === "list" ? z.array(of) : z.record(z.string(), of);
    }
    if (!/^[A-Za-z_]/.test(token)) throw this.#wrong();
    return this.#named(token);
  }

  #closed(by: string): z.ZodType {
    const schema = this.#union();
    if (!this.#take(by)) throw this.#wrong();
    return schema;
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }

  #wrong(): Wrong {
    return new Wrong(`"${this.#text.slice(0, 60)}" can't be read as a type.`);
  }
}

/** `{ type: …, default: … }`; an object with a field that is called `type` has other fields, too. */
function isDeclaration(written: Readonly<Record<string, unknown>>): boolean {
  const keys = Object.keys(written);
  return keys.includes("type") && keys.every((key) => ["type", "default", "description", "allowed"].includes(key));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function inside<T>(key: string | number, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    const { message, path, ...rest } = error.problem;
    throw new Wrong(message, { ...rest, path: [key, ...path] });
  }
}
