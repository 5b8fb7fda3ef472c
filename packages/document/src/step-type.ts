/**
 * What a document's `type:` can name. The built-in step types, a project's own and those of other packages are all values of
 * `StepType`, handed to `loadDocument` in `stepTypes`; there is no registry beside that list.
 *
 * What the loader knows of every step stands in `commonStepFields`; all else beside it is the type's own `config`.
 */
import { FlowError, type StepTools } from "millrace";
import type { z } from "zod";
import type { Model, StepContext, StepProblem, StepProject } from "./step-context.js";

/** Fields that every step may have. A type's own config bears none of these names. */
export const commonStepFields = [
  "id",
  "type",
  "description",
  "on",
  "start",
  "after",
  "with",
  "when",
  "retry",
  "timeout",
  "repeat",
  "inputs",
  "outputs",
  "workers",
  "batch",
  "cache",
] as const;

/** One call of a step, as its type's `run` is given it. */
export interface StepTypeCall<Config = unknown> {
  /** As it stands in the document, with `{{ … }}` in the fields named by `templates` replaced by values. */
  readonly config: Config;
  /** What `with` makes for this call; without `with`, what the step is handed. */
  readonly params: unknown;
  /** What a class's step has on `this`: `state`, `call`, `once`, `ask`, … */
  readonly tools: StepTools;
  /** The project that the document belongs to. */
  readonly project: StepProject;
}

/** A type of connection that steps of a type take, beside `http` and `sqlite`, which every document knows. */
export interface ConnectionType {
  /** What stands as `type` of the connection. */
  readonly type: string;
  /** One sentence, shown by editors. */
  readonly description: string;
  /** Its fields beside `type` and `description`. What documents write there as `${NAME}` is secret. */
  readonly config: z.ZodObject;
}

/** A type of step, as `defineStepType` takes and answers it. `S` is the schema of its config. */
export interface StepType<S extends z.ZodType = z.ZodType> {
  /** What a document writes for it: kebab-case. */
  readonly type: string;
  /** One sentence, shown by editors. */
  readonly description: string;
  /** What stands in the document beside the fields of `commonStepFields`; unknown fields are refused when it is strict. */
  readonly config: S;
  /**
   * Fields of the config in whose texts, however deep, `{{ … }}` may stand. What they refer to are edges of the step. A text that
   * is one reference and nothing else becomes the value itself. The schema sees the texts; `run` sees the values.
   * @default none
   */
  readonly templates?: readonly string[];
  /**
   * Fields of the config whose text may hold `{{ … }}` and comes to `run` in parts: texts of the document at even positions, values
   * at odd ones. So a value can be encoded for where it stands, as in a URL.
   * @default none
   */
  readonly parts?: readonly string[];
  /** The parameters that it takes by `with`. @default any */
  input?(config: z.output<S>, context: StepContext): z.ZodType | undefined;
  /** What it makes. @default unknown */
  output?(config: z.output<S>, context: StepContext): z.ZodType | undefined;
  /** The labels that it may return (`route(…)`, `approval(…)`): with these the step is a router. @default none */
  routes?(config: z.output<S>): readonly string[] | undefined;
  /** Whether it may return several of them at once. @default one, or none */
  severalLabels?(config: z.output<S>): boolean;
  /** What its schema can't tell: asked at load, nothing of the project is run. */
  check?(config: z.output<S>, context: StepContext): readonly StepProblem[];
  /** What is wrong with a model that a step of this type names by `modelRef`: paths lead into the model. Asked at load. */
  checkModel?(model: Model, context: Pick<StepContext, "root">): readonly StepProblem[];
  /** Types of connections that documents may have as soon as they may have this step. @default none */
  readonly connections?: readonly ConnectionType[];
  /** Where classes that are made of documents import it from: `"@acme/steps#shout"`. @default `stepTypeImports` says it */
  readonly importedFrom?: string;
  /** What implements the step, for pictures and tools: `"./steps.ts#research"`. @default its type */
  reference?(config: z.output<S>): string | undefined;
  /** References to exports that `run` asks `project.load` for: their modules are imported when the document is loaded. */
  references?(config: z.output<S>): readonly string[];
  /** Asked after a failed attempt of a step with `retry`; false: it has failed for good. @default always tried again */
  retryIf?(error: unknown): boolean;
  /** False: its result is not to be kept by `cache`, for it does something, or waits for it. */
  readonly cache?: false;
  /** False: it can't be done again by `repeat`, whose rounds are stored whole, for it waits for people. */
  readonly repeat?: false;
  /** What else decides the result, beside config and params: joins the key of a step's `cache`. */
  identity?(config: z.output<S>, project: StepProject): unknown;
  /**
   * How it stands to the items of a list. `"explode"`: hands over each element of the list that it makes; `"collect"`: brings
   * together what came of them. @default a step between the two is called once per item
   */
  readonly items?: "explode" | "collect";
  /** Runs one call. A generator streams: its yields are chunks, what it returns is the result. */
  run(call: StepTypeCall<z.output<S>>): unknown;
}

const namePattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Checks a step type and answers it frozen.
 *
 * @throws {FlowError} STEP_TYPE_INVALID – the name is not kebab-case; the config has a field that every step has; `templates` names
 * a field that the config does not have; a type of connection is not kebab-case
 * @example
 * ```ts
 * const shout = defineStepType({
 *   type: "shout",
 *   description: "A text in capitals.",
 *   config: z.strictObject({ text: z.string() }),
 *   templates: ["text"],
 *   output: () => z.string(),
 *   run: ({ config }) => config.text.toUpperCase(),
 * });
 * ```
 */
export function defineStepType<S extends z.ZodType>(type: StepType<S>): StepType<S> {
  if (typeof type.type !== "string" || !namePattern.test(type.type))
    throw invalid(
      `A step type is named ${JSON.stringify(type.type)}.`,
      'Name it in lower case, words joined by hyphens: "file-read".',
    );
  const misnamed = type.connections?.find(({ type }) => typeof type !== "string" || !namePattern.test(type));
  if (misnamed)
    throw invalid(
      `A type of connection of the step type "${type.type}" is named ${JSON.stringify(misnamed.type)}.`,
      'Name it in lower case, words joined by hyphens: "open-ai".',
    );
  const fields = fieldsOf(type.config);
  const taken = fields?.find((field) => (commonStepFields as readonly string[]).includes(field));
  if (taken)
    throw invalid(
      `The step type "${type.type}" has a config field "${taken}", which every step has.`,
      "Give the field another name.",
    );
  const named = [...(type.templates ?? []), ...(type.parts ?? [])];
  const unknown = named.find((field) => fields && !fields.includes(field));
  if (unknown)
    throw invalid(
      `The step type "${type.type}" has "${unknown}" among its templates or parts, which is no field of its config.`,
      `Name fields of its config: ${fields?.join(", ")}.`,
    );
  return Object.freeze({ ...type });
}

/** The names of the fields of an object's schema; undefined where it is of another kind. */
function fieldsOf(schema: z.ZodType): string[] | undefined {
  const { shape } = schema as { shape?: object };
  return shape && Object.keys(shape);
}

const invalid = (message: string, hint: string) => new FlowError("STEP_TYPE_INVALID", message, { hint });
