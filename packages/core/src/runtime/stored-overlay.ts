import type { RunOverlay } from "../picture/index.js";
import type { FlowPlan } from "../plan/index.js";
import { planChanged } from "./changed-code.js";
import type { Engine } from "./engine.js";
import { overlayOf } from "./run-overlay.js";

/** What a stored run has done, by the plan that it goes by. */
export async function runOverlay(engine: Engine, id: string): Promise<RunOverlay> {
  const { persistence, flow } = engine;
  const record = await engine.own(id);
  const rows = await persistence.history(id, { withoutState: true });
  if (record.planHash === flow.plan.hash) return { ...overlayOf(flow.plan, rows, id), status: record.status };
  const plan = (await persistence.plan(record.planHash)) as FlowPlan | undefined;
  if (plan === undefined) throw planChanged(record, flow.plan, undefined);
  return { ...overlayOf(plan, rows, id), status: record.status, plan };
}
