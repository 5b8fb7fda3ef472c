/**
 * A definition as plain JSON: everything but the functions, which stand as references. `toDefinition()` writes it,
 * `fromDefinition` reads it.
 */
import type { BindingData } from "./binding-data.js";
import type { Condition, ForEachPolicy, RetryPolicy, StepOrigin } from "./types.js";

/** Names what is no data: whoever reads the definition gives it among the implementations. */
export interface ReferenceData {
  readonly reference: string;
}

/** A schema as JSON Schema; one that has more to say than that is a reference. */
export type SchemaData = { readonly json: object } | ReferenceData;

export interface StepData {
  readonly name: string;
  readonly run: ReferenceData & { readonly with?: BindingData; readonly params?: SchemaData };
  readonly description?: string;
  readonly shape?: NonNullable<StepOrigin["shape"]>;
  readonly starts?: true;
  readonly conditions?: readonly Condition[];
  readonly router?: true;
  readonly routes?: readonly string[];
  readonly literals?: readonly string[];
  readonly severalLabels?: true;
  readonly retry?: RetryPolicy;
  readonly retryIf?: ReferenceData;
  readonly timeoutMs?: number;
  readonly forEach?: ForEachPolicy;
  readonly when?: ReferenceData;
}

export interface DefinitionData {
  readonly format: 1;
  readonly name: string;
  readonly version?: string;
  readonly state?: SchemaData;
  readonly inputs?: SchemaData;
  readonly output?: SchemaData;
  /** By path: the word for a rule, or a reference to a function. */
  readonly merge?: Readonly<Record<string, string | ReferenceData>>;
  /** Those that have a schema. */
  readonly signals?: readonly { readonly name: string; readonly schema: SchemaData }[];
  readonly keepsInputs?: true;
  readonly steps: readonly StepData[];
  /** What the run returns, where it is not the result of a step. */
  readonly result?: BindingData | ReferenceData;
}
