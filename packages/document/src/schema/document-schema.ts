/** The JSON Schema of documents, for editors: the same zod schemas that the loader checks by, step types among them. */
import { z } from "zod";
import { connectionTypesOf } from "../load/connections.js";
import type { StepType } from "../step-type.js";
import { builtinStepTypes } from "../steps/index.js";
import { documentFields, flowFields, flowStepConfig, routerConfig, stepFields } from "./fields.js";
import { memoryFields, modelFields } from "./resource-fields.js";

/** Plain data: a JSON Schema of draft 2020-12. */
export interface JsonSchema {
  readonly [key: string]: unknown;
}

/**
 * The JSON Schema of documents that may use these step types beside the built-in ones. The file `dist/schema.json` of the package
 * is the one without others: `# yaml-language-server: $schema=node_modules/@millrace/document/dist/schema.json` at the top of a document
 * makes editors complete it.
 *
 * @example
 * const schema = documentSchema([shout]);
 * writeFileSync("millrace.schema.json", JSON.stringify(schema, null, 2));
 */
export function documentSchema(stepTypes: readonly StepType[] = []): JsonSchema {
  const types = new Map([...builtinStepTypes, ...stepTypes].map((type) => [type.type, type]));
  const own = [...types.values()].map(({ type, description, config }) => ({ type, description, config }));
  const steps = [
    ...own,
    {
      type: "router",
      description: "Takes one of several ways: the first case that is true gives the label.",
      config: routerConfig,
    },
    { type: "flow", description: "Runs another flow, as a run of its own.", config: flowStepConfig },
  ];
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Millrace document",
    ...objectOf(documentFields, {
      flows: listOrById("Flows", ["flow", "namedFlow"]),
      models: listOrById("Models that steps name", ["model", "namedModel"]),
      memories: listOrById("Memories that steps name", ["memory", "namedMemory"]),
      steps: {
        type: "object",
        additionalProperties: { $ref: "#/$defs/namedStep" },
        description: "Steps that flows name by their id.",
      },
      connections: {
        type: "object",
        additionalProperties: { $ref: "#/$defs/connection" },
        description: "What steps reach outside, by name.",
      },
    }),
    $defs: {
      flow: flowObject(["id"]),
      namedFlow: flowObject([]),
      step: {
        anyOf: [
          { type: "string", description: "The id of a step under `steps`." },
          { allOf: [{ $ref: "#/$defs/namedStep" }, { required: ["id"] }] },
        ],
      },
      namedStep: stepObject(steps),
      connection: { anyOf: [...connectionTypesOf(types.values()).values()].map(jsonOf) },
      model: { ...objectOf(modelFields, {}), required: ["id", "provider"] },
      namedModel: { ...objectOf(modelFields, {}), required: ["provider"] },
      memory: { ...objectOf(memoryFields, {}), required: ["id"] },
      namedMemory: objectOf(memoryFields, {}),
    },
  };
}

function listOrById(what: string, [inList, byId]: readonly [string, string]): JsonSchema {
  const items = { $ref: `#/$defs/${inList}` };
  const additionalProperties = { $ref: `#/$defs/${byId}` };
  return {
    description: `${what}, as a list or by id.`,
    anyOf: [
      { type: "array", items },
      { type: "object", additionalProperties },
    ],
  };
}

function flowObject(required: readonly string[]): JsonSchema {
  const steps = {
    type: "array",
    minItems: 1,
    items: { $ref: "#/$defs/step" },
    description: flowFields.steps.description,
  };
  return { ...objectOf(flowFields, { steps }), required: [...required, "steps"] };
}

interface StepSchema {
  readonly type: string;
  readonly description: string;
  readonly config: z.ZodType;
}

/** By `type`, the fields of the type stand beside those of every step. */
function stepObject(types: readonly StepSchema[]): JsonSchema {
  const common = jsonOf(z.object(stepFields)).properties as JsonSchema;
  return {
    type: "object",
    required: ["type"],
    properties: { type: { enum: types.map(({ type }) => type), description: "What the step does." } },
    allOf: types.map(({ type, description, config }) => {
      const own = jsonOf(config);
      const typed = { ...common, type: { const: type, description } };
      return {
        if: { properties: { type: { const: type } }, required: ["type"] },
        // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
        then: {
          description,
          properties: { ...typed, ...(own.properties as JsonSchema | undefined) },
          ...(own.required !== undefined && { required: own.required }),
          additionalProperties: own.additionalProperties ?? own.properties === undefined,
        },
      };
    }),
  };
}

function objectOf(fields: Readonly<Record<string, z.ZodType>>, better: JsonSchema): JsonSchema {
  const { properties } = jsonOf(z.object(fields));
  return { type: "object", properties: { ...(properties as JsonSchema), ...better }, additionalProperties: false };
}

/** What documents write is what goes in; what JSON Schema can't say is left open. */
function jsonOf(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...made } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return made as JsonSchema;
}
