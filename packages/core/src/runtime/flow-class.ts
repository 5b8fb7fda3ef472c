/**
 * Flows without a class of their own: a definition, whichever door it came through, becomes a class that extends `Flow`, so that
 * kickoff, resume, plan, plot and the test kit need not know the difference.
 */
import type { z } from "zod";
import { definitionProblems, type FlowDefinition, giveDefinition } from "../definition/index.js";
import { FlowError, listProblems } from "../errors/index.js";
import { Flow } from "./flow.js";
import type { FlowOptions } from "./flow-options.js";

// biome-ignore lint/suspicious/noExplicitAny: of a flow that is known at run time only, anything may be given and read
type Anything = any;

/**
 * What the compiler knows of a flow that is made of a definition: the type argument of its `Flow`. `Given` is what `kickoff`
 * takes, `Inputs` what the input schema makes of it, `Results` the results of its steps by name.
 */
export interface FlowShape<
  Inputs = Anything,
  State = Anything,
  Output = unknown,
  Results = Record<string, unknown>,
  Given = Inputs,
> {
  readonly prototype: object;
  readonly inputs: z.ZodType<Inputs, Given>;
  readonly state: z.ZodType<State>;
  readonly output: z.ZodType<Output>;
  readonly "~outputs": Results;
}

/** A class whose instances are flows: made of a definition. */
export interface DefinedFlow<C = FlowShape> extends Pick<typeof Flow, Exclude<keyof typeof Flow, "prototype">> {
  new (options?: FlowOptions<C>): Flow<C>;
  readonly prototype: Flow<C>;
}

/**
 * A flow class made of a definition: `new (flowClass(definition))({ persistence })` is a flow like any other. Its plan is
 * compiled at its first use, as that of a class is. Steps may not bear the names of Flow's own members.
 *
 * @throws {FlowError} DEFINITION_DATA_INVALID – it is none; all problems are told
 * @example
 * const Greeting = flowClass({
 *   name: "Greeting",
 *   inputs: z.object({ name: z.string() }),
 *   signals: new Map(),
 *   steps: [
 *     { name: "greet", starts: true, conditions: [], router: false, invoke: (_flow, inputs) => `Hello, ${inputs.name}` },
 *   ],
 * });
 * const result = await new Greeting().kickoff({ name: "Ada" });
 */
export function flowClass<C = FlowShape>(definition: FlowDefinition): DefinedFlow<C> {
  const problems = definitionProblems(definition);
  if (problems.length > 0)
    throw new FlowError(
      "DEFINITION_DATA_INVALID",
      `This is no definition of a flow: ${listProblems(problems, "it")}.`,
      {
        hint: "docs/doors.md shows what stands in one.",
        details: { problems },
      },
    );
  const { name, version, state, inputs, output, merge } = definition;
  const made = class extends Flow<C> {};
  Object.defineProperty(made, "name", { value: name });
  // as statics of a class are: a class that extends this one inherits them
  Object.assign(made, { flowName: name, version, state, inputs, output, merge });
  giveDefinition(made, definition);
  return made as unknown as DefinedFlow<C>;
}
