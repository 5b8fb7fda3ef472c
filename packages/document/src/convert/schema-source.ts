/** Schemas as the code that makes them. The document's own types become constants of the module. */
import { z } from "zod";
import type { DocumentTypes } from "../types/index.js";
import { literal, property } from "./literals.js";
import type { ModuleNames } from "./module-names.js";
import { block, call, inBraces, inBrackets, render, type Source } from "./text-layout.js";

export class SchemaSource {
  readonly #names: ModuleNames;
  readonly #types: DocumentTypes;
  readonly #declared = new Map<string, string>();
  /** Types whose constant is being written, and whether it holds itself. */
  readonly #open = new Map<string, boolean>();
  /** The constants, each behind those that it is made of. */
  readonly declarations: string[] = [];

  constructor(names: ModuleNames, types: DocumentTypes) {
    this.#names = names;
    this.#types = types;
  }

  of(schema: z.ZodType): Source {
    const name = this.#types.nameOf(schema);
    return name === undefined ? this.#written(schema) : this.#constant(name, schema);
  }

  #constant(name: string, schema: z.ZodType): Source {
    const known = this.#declared.get(name);
    if (known !== undefined) {
      if (this.#open.has(name)) this.#open.set(name, true);
      return this.#names.use(known);
    }
    const local = this.#names.declared(name);
    this.#declared.set(name, local);
    this.#open.set(name, false);
    const source = this.#written(schema);
    // an object holds itself by getters, which the compiler can follow
    const type = this.#open.get(name) && !(schema instanceof z.ZodObject) ? ": z.ZodType<any>" : "";
    this.#open.delete(name);
    this.declarations.push(`${render([`const ${local}${type} = `, source])};`);
    return this.#names.use(local);
  }

  #written(schema: z.ZodType): Source {
    const plain = this.#plain(schema);
    const { description } = schema;
    const inner = "innerType" in schema.def ? (schema.def.innerType as z.ZodType).description : undefined;
    return description && description !== inner ? [plain, `.describe(${literal(description)})`] : plain;
  }

  #plain(schema: z.ZodType): Source {
    const shared = sharedSchema(schema);
    if (shared) return `${this.#names.imported("millrace", shared.name)}${shared.isMade ? "()" : ""}`;
    this.#names.imported("zod", "z");
    if (schema instanceof z.ZodObject) return this.#object(schema);
    if (schema instanceof z.ZodDefault) {
      const { innerType, defaultValue } = schema.def;
      return [this.of(innerType as z.ZodType), ".default(", literal(defaultValue), ")"];
    }
    if (schema instanceof z.ZodOptional) {
      const inner = schema.def.innerType as z.ZodType;
      if (inner instanceof z.ZodNullable) return [this.of(inner.def.innerType as z.ZodType), ".nullish()"];
      return [this.of(inner), ".optional()"];
    }
    if (schema instanceof z.ZodNullable) return [this.of(schema.def.innerType as z.ZodType), ".nullable()"];
    if (schema instanceof z.ZodArray) return call("z.array", [this.of(schema.def.element as z.ZodType)]);
    if (schema instanceof z.ZodRecord)
      return call("z.record", ["z.string()", this.of(schema.def.valueType as z.ZodType)]);
    if (schema instanceof z.ZodLazy) return this.#lazy(schema.def.getter() as z.ZodType);
    if (schema instanceof z.ZodUnion) return this.#union(schema.def.options as readonly z.ZodType[]);
    if (schema instanceof z.ZodLiteral) return call("z.literal", [literal([...schema.def.values][0])]);
    const allowed = schema.meta()?.enum;
    if (Array.isArray(allowed)) return this.#allowed(allowed);
    const word = plainWord(schema);
    if (word !== undefined) return word;
    const { $schema: _, ...json } = z.toJSONSchema(schema) as Record<string, unknown>;
    return call("z.fromJSONSchema", [literal(json)]);
  }

  #object(schema: z.ZodObject): Source {
    const fields = Object.entries(schema.shape as Record<string, z.ZodType>).map(([key, one]) => {
      const before = new Map(this.#open);
      for (const name of this.#open.keys()) this.#open.set(name, false);
      const source = this.of(one);
      const holdsItself = [...this.#open.values()].includes(true);
      for (const [name, was] of before) this.#open.set(name, was || this.#open.get(name) === true);
      return holdsItself
        ? block(`get ${property(key)}() {`, [["return ", source, ";"]])
        : [`${property(key)}: `, source];
    });
    const { catchall } = schema.def;
    const kind = !catchall ? "object" : catchall instanceof z.ZodNever ? "strictObject" : "looseObject";
    return call(`z.${kind}`, [inBraces(fields)]);
  }

  #lazy(schema: z.ZodType): Source {
    const name = this.#types.nameOf(schema);
    if (name !== undefined && this.#open.has(name)) return this.#constant(name, schema);
    return ["z.lazy(() => ", this.of(schema), ")"];
  }

  #union(options: readonly z.ZodType[]): Source {
    const words = options.map((one) => (one instanceof z.ZodLiteral ? [...one.def.values][0] : undefined));
    if (words.every((word) => typeof word === "string")) return call("z.enum", [inBrackets(words.map(literal))]);
    return call("z.union", [inBrackets(options.map((one) => this.of(one)))]);
  }

  #allowed(values: readonly unknown[]): Source {
    if (values.every((value) => typeof value === "string")) return call("z.enum", [inBrackets(values.map(literal))]);
    return call("z.literal", [inBrackets(values.map(literal))]);
  }
}

/** What the core has under a name of its own. */
function sharedSchema(schema: z.ZodType): { readonly name: string; readonly isMade: boolean } | undefined {
  if (schema.meta()?.id === "ChatMessage") return { name: "ChatMessage", isMade: false };
  const list = schema instanceof z.ZodDefault ? schema.def.innerType : undefined;
  const element = list instanceof z.ZodArray ? (list.def.element as z.ZodType) : undefined;
  return element?.meta()?.id === "MemoryMessage" ? { name: "memory", isMade: true } : undefined;
}

function plainWord(schema: z.ZodType): string | undefined {
  // what is not known may be used as what it is taken for, as in documents
  if (schema instanceof z.ZodUnknown || schema instanceof z.ZodAny) return "z.any()";
  if (schema instanceof z.ZodBoolean) return "z.boolean()";
  if (schema instanceof z.ZodISODate) return "z.iso.date()";
  if (schema instanceof z.ZodISODateTime) return "z.iso.datetime({ offset: true })";
  if (schema instanceof z.ZodString && !schema.def.checks?.length) return "z.string()";
  if (schema instanceof z.ZodNumberFormat && schema.format === "safeint") return "z.int()";
  if (schema instanceof z.ZodNumber && !schema.def.checks?.length) return "z.number()";
  return undefined;
}
