/** What is said of a run that can't go on with the code as it is now. */
import { FlowError, listProblems, type PlanDifference, type ValueProblem } from "../errors/index.js";
import type { FlowPlan } from "../plan/index.js";
import type { RunRecord } from "../ports/index.js";

/** So many differences stand in the message; all stand in the details. */
const told = 3;

/** `differences` undefined: the plan that the run goes by is not stored. */
export function planChanged(
  { id, planHash, version }: Pick<RunRecord, "id" | "planHash" | "version">,
  { flow, hash }: FlowPlan,
  differences: readonly PlanDifference[] | undefined,
): FlowError {
  const details = { stored: planHash, current: hash, differences: differences ?? [] };
  if (differences === undefined) {
    return new FlowError(
      "PLAN_CHANGED",
      `Run ${id} was made with another plan of flow "${flow}", which is not stored.`,
      {
        hint: "Resume it with the code that it was started with, or start it anew.",
        runId: id,
        details,
      },
    );
  }
  const first = differences.slice(0, told).map(differenceText).join("; ");
  const more = differences.length > told ? `; and ${differences.length - told} more` : "";
  const made = version === null ? "" : ` (version ${version})`;
  return new FlowError(
    "PLAN_CHANGED",
    `Run ${id}${made} can't go on where it stands, for flow "${flow}" has changed there: ${first}${more}.`,
    {
      hint: `If steps or labels were only renamed: flow.runs.migrate(${JSON.stringify(id)}, { rename: { old: "new" } }). Else let the code that made the run bring it to its end.`,
      runId: id,
      details,
    },
  );
}

export function inputsNotKept({ id, flow, planHash }: RunRecord): FlowError {
  return new FlowError(
    "PLAN_CHANGED",
    `Run ${id} can't go on: steps of flow "${flow}" have come to read its inputs, which are kept no more.`,
    {
      hint: "Let the code that made the run bring it to its end, or start it anew.",
      runId: id,
      details: { stored: planHash, current: planHash, differences: [] },
    },
  );
}

export function stateChanged(at: {
  readonly runId: string;
  readonly flow: string;
  readonly problems: readonly ValueProblem[];
}): FlowError {
  const { runId, flow, problems } = at;
  const listed = listProblems(problems, "(all of it)");
  return new FlowError(
    "STATE_INVALID",
    `The state of run ${runId} does not fit the schema of flow "${flow}": ${listed}`,
    {
      hint: `Give new keys a default, or change what is stored: flow.runs.migrate(${JSON.stringify(runId)}, { state: (old) => ({ ...old }) }).`,
      runId,
      details: { problems },
    },
  );
}

function differenceText({ step, what, before, after }: PlanDifference): string {
  switch (what) {
    case "removed":
      return `step "${step}" (called by ${before}) is gone`;
    case "added":
      return `step "${step}" is new: it waits for ${after}`;
    case "condition":
      return `step "${step}" is called by ${after}, no longer by ${before}`;
    case "labels":
      return `step "${step}" returns ${after}, no longer ${before}`;
    case "loop":
      return after === undefined
        ? `step "${step}" carries the round of ${before}, which is gone`
        : `step "${step}" stands in ${after}, no longer in ${before}`;
  }
}
