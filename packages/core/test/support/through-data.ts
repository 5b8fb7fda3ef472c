/** A flow that was written as a class: written down as data, and made a flow again, with the class's own methods for its steps. */
import { type Flow, type FlowOptions, fromDefinition, type StepTools } from "../../src/index.js";
import { compileClass } from "../../src/runtime/compile-class.js";

type AnyFlow = Flow<any>;
type MakeFlow = (options: FlowOptions<any>) => AnyFlow;

const members = ["state", "call", "once", "sleep", "ask", "emit", "runFlow", "addUsage"] as const;

export async function throughData(make: MakeFlow): Promise<MakeFlow> {
  const original = make({});
  const { definition } = compileClass(original.constructor as never);
  const data = JSON.parse(JSON.stringify((original.constructor as typeof Flow).toDefinition()));
  const { steps, state, inputs, output, signals, merge = {} } = definition;
  const named = <T>(of: (step: (typeof steps)[number]) => T | undefined) =>
    Object.fromEntries(steps.flatMap((step) => (of(step) === undefined ? [] : [[step.name, of(step)!]])));
  const references = new Set(
    (data.signals ?? []).flatMap(({ name, schema }: any) => ("reference" in schema ? [name] : [])),
  );
  const Read = await fromDefinition(data, {
    steps: named((step) => actedBy(make, step)),
    when: named((step) => step.when),
    retryIf: named((step) => step.retryIf),
    merge: Object.fromEntries(Object.entries(merge).filter(([, rule]) => typeof rule === "function")) as never,
    schemas: {
      ...(state && { state: state as never }),
      ...(inputs && { inputs }),
      ...(output && { output }),
      signals: Object.fromEntries([...signals].filter(([name]) => references.has(name))),
    },
  });
  const { initialState } = original as { initialState?: object };
  return (options) => new Read({ ...(initialState && { initialState }), ...options } as never) as unknown as AnyFlow;
}

/** The method of an instance whose members are those of the call that is running. */
function actedBy(
  make: MakeFlow,
  { invoke }: { readonly invoke: (flow: object, given: unknown, call: never) => unknown },
) {
  let current: StepTools;
  const actor = make({});
  for (const name of members) Object.defineProperty(actor, name, { get: () => current[name] });
  return (given: unknown, tools: StepTools) => {
    current = tools;
    return invoke(actor, given, tools.call as never);
  };
}
