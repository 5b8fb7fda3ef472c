/** A definition written down as plain JSON. */
import type { DefinitionData, SchemaData, StepData } from "./definition-data.js";
import { schemaData } from "./schema-data.js";
import type { FlowDefinition, StepDefinition } from "./types.js";

/** @throws {FlowError} DEFINITION_DATA_INVALID – what a step is given holds a value that JSON does not have */
export function definitionData(definition: FlowDefinition): DefinitionData {
  const { name, version, merge, signals, keepsInputs, steps, result, resultData } = definition;
  return {
    format: 1,
    name,
    ...(version !== undefined && { version }),
    ...schemasOf(definition),
    ...(merge && { merge: mergeData(merge, name) }),
    ...(signals.size > 0 && {
      signals: [...signals].map(([signal, schema]) => ({
        name: signal,
        schema: schemaData(schema, "input", `${name}.signals.${signal}`),
      })),
    }),
    ...(keepsInputs && { keepsInputs }),
    steps: steps.map((step) => stepData(step, name)),
    ...(result && { result: resultData?.() ?? { reference: `${name}.result` } }),
  };
}

function schemasOf(definition: FlowDefinition) {
  const schemas: { [K in "state" | "inputs" | "output"]?: SchemaData } = {};
  for (const key of ["state", "inputs", "output"] as const) {
    const schema = definition[key];
    if (schema) schemas[key] = schemaData(schema, key === "output" ? "output" : "input", `${definition.name}.${key}`);
  }
  return schemas;
}

function mergeData(merge: NonNullable<FlowDefinition["merge"]>, flow: string): NonNullable<DefinitionData["merge"]> {
  return Object.fromEntries(
    Object.entries(merge).map(([path, rule]) => [
      path,
      typeof rule === "string" ? rule : { reference: `${flow}.merge.${path}` },
    ]),
  );
}

function stepData(step: StepDefinition, flow: string): StepData {
  const { name, origin, starts, conditions, router, routes, literals, severalLabels, params } = step;
  const { retry, retryIf, timeoutMs, forEach, when } = step;
  const reference = `${flow}.${name}`;
  return {
    name,
    run: {
      reference: origin?.reference || reference,
      ...(params?.toData && { with: params.toData() }),
      ...(params?.schema && { params: schemaData(params.schema, "input", `${reference}.params`) }),
    },
    ...(origin?.description !== undefined && { description: origin.description }),
    ...(origin?.shape && { shape: origin.shape }),
    ...(starts && { starts }),
    ...(conditions.length > 0 && { conditions }),
    ...(router && { router }),
    ...(routes && { routes }),
    ...(literals && { literals }),
    ...(severalLabels && { severalLabels }),
    ...(retry && { retry }),
    ...(retryIf && { retryIf: { reference: `${reference}.retry.if` } }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(forEach && { forEach }),
    ...(when && { when: { reference: `${reference}.when` } }),
  };
}
