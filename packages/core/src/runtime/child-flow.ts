/**
 * A flow, as one that steps of another can run: a new run is started, one that is stored is taken up, one that somebody else
 * drives is waited for. Which it is decides the store: a run with the child's id is made once.
 */
import { setTimeout as pause } from "node:timers/promises";
import { FlowError } from "../errors/index.js";
import { type RunRecord, runExists } from "../ports/index.js";
import { childStuck } from "./child-errors.js";
import { hasNews } from "./child-news.js";
import type { ChildFlow, ChildRest, ChildStart } from "./child-runs.js";
import { type Driven, driveRun } from "./drive.js";
import type { Engine } from "./engine.js";
import type { RunMachine } from "./run-machine.js";
import { tellParent } from "./tell-parent.js";

export interface ChildFlowOptions {
  readonly engine: Engine;
  /** What drives the run that it is part of. */
  readonly parent: Engine;
  readonly initialState: object | undefined;
}

/** How long a run that somebody else drives is left alone before it is looked at again. */
const lookAgainMs = 50;

export function childFlow({ engine, parent, initialState }: ChildFlowOptions): ChildFlow {
  const { flow: name } = engine.flow.plan;
  if (parent !== engine) engine.parents.set(parent.flow.plan.flow, parent);
  return {
    name,
    async drive(start) {
      const { id } = start;
      for (;;) {
        let record: RunRecord | undefined;
        try {
          record = await engine.persistence.get(id);
          const rest = await lookAt(engine, start, record);
          if (rest) return rest;
          const machine = await drive(engine, { ...start, initialState }, record);
          if (start.isLeft() && !start.stopSignal.aborted) await tellParent(engine, machine);
          return restOf(machine);
        } catch (error) {
          if (!FlowError.is(error)) throw error;
          if (!(error.runId === id && elsewhere.has(error.code)))
            throw childStuck({ run: id, flow: name, begun: !!record }, error);
        }
        await pause(lookAgainMs);
      }
    },
  };
}

/** Somebody else was quicker, or drives it. */
const elsewhere: ReadonlySet<string> = new Set(["RUN_OWNED", "RUN_CLAIM_LOST", "RUN_EXISTS"]);

/** What can be said of it without driving it. */
async function lookAt(
  engine: Engine,
  { id, path, abortSignal, stopSignal }: ChildStart,
  record: RunRecord | undefined,
): Promise<ChildRest | undefined> {
  if (record && record.parent !== path.at(-1)!.run)
    throw childStuck({ run: id, flow: record.flow, begun: false }, runExists(id));
  if (abortSignal.aborted) {
    if (record?.status === "running")
      await engine.persistence.post(id, {
        kind: "cancel",
        name: "the run that has started it wants no more",
        payload: undefined,
        at: engine.clock.now(),
      });
    return { status: "cancelled" };
  }
  if (stopSignal.aborted) return { status: "stopped" };
  if (record?.status !== "waiting" || (await hasNews(record, engine))) return undefined;
  return { status: "waiting", waitingFor: (record.waitingFor ?? []) as NonNullable<ChildRest["waitingFor"]> };
}

async function drive(
  engine: Engine,
  { id, inputs, again, abortSignal, stopSignal, ...start }: ChildStart & Pick<ChildFlowOptions, "initialState">,
  record: RunRecord | undefined,
): Promise<RunMachine> {
  const { path, heardBy, initialState } = start;
  const { returnAfterMs: returnOnSleep } = heardBy;
  const options = { heardBy, ...(returnOnSleep !== undefined && { returnOnSleep }) };
  const driven: Driven = record
    ? await engine.toResume(id, { ...options, again })
    : engine.toStart(inputs, { ...options, id, path, initialState });
  await driveRun(driven, { abortSignal, stopSignal });
  return driven.machine;
}

function restOf(machine: RunMachine): ChildRest {
  const { ended } = machine;
  if (machine.stopped) return { status: "stopped" };
  const usage = machine.usage && { usage: machine.usage };
  if (!ended) return { status: "waiting", waitingFor: machine.waitingFor, ...usage };
  const { status, output, error } = ended;
  return { status, ...(output !== undefined && { output }), ...(error && { error }), ...usage };
}
