import type { CallSources } from "../definition/index.js";
import { FlowError, listProblems } from "../errors/index.js";
import { finishValue, parseStrict } from "../state/index.js";
import type { RunMachine } from "./run-machine.js";

/**
 * What a run returns: what the definition says, else the result of the terminal step defined last among those that completed with
 * a value; checked by the flow's output schema.
 * @throws {FlowError} RUN_OUTPUT_INVALID – it does not fit
 */
export function runOutput(machine: RunMachine): unknown {
  const { flow, outputs, runId } = machine;
  const { steps } = flow.plan;
  const { output: schema, result } = flow.definition;
  let last = -1;
  if (!result)
    for (const [step, output] of outputs) if (output !== undefined && steps[step]!.terminal && step > last) last = step;
  const made = result && finishValue(result(sourcesAtTheEnd(machine)), "the output");
  const output = last < 0 ? made : outputs.get(last);
  if (!schema) return output;
  const parsed = parseStrict(schema, output);
  if (parsed.ok) return finishValue(parsed.value, "the output");
  const from = result
    ? "it is what the flow makes of its steps' results"
    : last < 0
      ? "no step that ends the flow returned a value"
      : `it is what "${steps[last]!.name}" returned`;
  const { problems } = parsed;
  const listed = listProblems(problems, "(all of it)");
  throw new FlowError(
    "RUN_OUTPUT_INVALID",
    `The output of run ${runId} does not fit the output schema (${from}): ${listed}`,
    {
      hint: "The step has committed and will not run again: change `static output` so that it fits and resume, or mend the step and start a new run.",
      details: { problems },
      runId,
      ...(last >= 0 && { step: steps[last]!.name }),
    },
  );
}

function sourcesAtTheEnd({ flow, inputs, outputs, state }: RunMachine): CallSources {
  return {
    trigger: "end",
    index: undefined,
    inputs,
    committed: state.root,
    output: (step) => outputs.get(flow.stepNumbers.get(step) ?? -1),
  };
}
