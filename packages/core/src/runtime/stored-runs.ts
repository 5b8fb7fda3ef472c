/**
 * Stored runs made into machines: by the plan that they go by, to be read; or carried over to the code as it is now, to be
 * driven on. Carrying over is an entry of the journal, so that what follows is read without the old plan.
 */
import type { FlowPlan } from "../plan/index.js";
import {
  type Batch,
  type FlowClock,
  type FlowPersistence,
  type RunRecord,
  runNotFound,
  type StoredRun,
} from "../ports/index.js";
import { carryOver } from "../scheduler/index.js";
import { finishForState } from "../state/index.js";
import { planChanged, stateChanged } from "./changed-code.js";
import { type CompiledFlow, compiledFlow } from "./compiled-flow.js";
import { firstInputs } from "./first-inputs.js";
import type { MachineSnapshot } from "./machine-snapshot.js";
import { renamedQuestions } from "./renamed-questions.js";
import { RunMachine } from "./run-machine.js";

/** A run that can be driven on. */
export interface CurrentRun {
  readonly machine: RunMachine;
  /** To be stored before anything else is. */
  readonly migration?: Batch;
}

/** What is to be changed of a run before it is carried over. */
export interface RunChanges {
  /** The plan that it goes by, under the names of now. */
  readonly renamed?: (machine: RunMachine) => { readonly plan: FlowPlan; readonly snapshot: MachineSnapshot };
  readonly state?: (state: unknown) => unknown;
  /** Only where the state does not fit as it is. */
  readonly stateIfNeeded?: boolean;
}

export class StoredRuns {
  readonly #flow: CompiledFlow;
  readonly #persistence: FlowPersistence;
  readonly #clock: FlowClock;

  constructor(flow: CompiledFlow, persistence: FlowPersistence, clock: FlowClock) {
    this.#flow = flow;
    this.#persistence = persistence;
    this.#clock = clock;
  }

  /** The run by the plan that it goes by. */
  async read(id: string, stored: StoredRun | undefined): Promise<RunMachine> {
    if (stored === undefined) throw runNotFound(id);
    return openMachine(await this.flowOf(stored.record), id, stored);
  }

  /**
   * The run by the flow's own plan and schema, if it can go on by them.
   * @throws {FlowError} PLAN_CHANGED – what it still needs has changed, or its inputs are asked for and were not kept
   * @throws {FlowError} STATE_INVALID – its state does not fit the schema
   */
  async current(machine: RunMachine, record: RunRecord, changes: RunChanges = {}): Promise<CurrentRun> {
    const flow = this.#flow;
    if (flow.definition.keepsInputs && machine.inputs === undefined)
      machine.inputs = await firstInputs(this.#persistence, record);
    const carried = machine.flow === flow ? undefined : await this.#carriedOver(machine, record, changes);
    const state = fittingState(machine, flow, changes);
    if (!carried && state === machine.state.unsealed) return { machine };
    const data = carried ?? machine.snapshot();
    const { hash: planHash, version } = flow.plan;
    const entry = {
      type: "migrated",
      at: this.#clock.now(),
      from: { planHash: record.planHash, version: record.version },
      to: { planHash, version },
      data: { ...data, seq: machine.seq + 1, state },
    } as const;
    const current = new RunMachine(flow, machine.runId, entry.data);
    const opened = changes.renamed ? await renamedQuestions(this.#persistence, current) : [];
    return {
      machine: current,
      migration: {
        rows: [{ seq: entry.data.seq, entry }],
        plan: { planHash, version, plan: flow.plan },
        ...(opened.length > 0 && { questions: { opened, closed: [] } }),
      },
    };
  }

  async #carriedOver(machine: RunMachine, record: RunRecord, { renamed }: RunChanges): Promise<MachineSnapshot> {
    const { plan, snapshot } = renamed?.(machine) ?? { plan: machine.flow.plan, snapshot: machine.snapshot() };
    const inbox = await this.#persistence.inbox(machine.runId, machine.inboxRead);
    const unread = inbox.flatMap(({ kind, name }) => (kind === "signal" ? [name] : []));
    const carried = carryOver(plan, this.#flow.plan, { snapshot: snapshot.scheduler, unread });
    if (carried.differences.length > 0) throw planChanged(record, this.#flow.plan, carried.differences);
    const outputs = snapshot.outputs.flatMap(([step, ...output]) =>
      carried.steps[step]! < 0 ? [] : [[carried.steps[step]!, ...output] as const],
    );
    return { ...snapshot, scheduler: carried.snapshot, outputs };
  }

  /**
   * The flow with the plan that a run goes by.
   * @throws {FlowError} PLAN_CHANGED – it is not kept
   */
  async flowOf(record: RunRecord): Promise<CompiledFlow> {
    const flow = this.#flow;
    if (record.planHash === flow.plan.hash) return flow;
    const plan = (await this.#persistence.plan(record.planHash)) as FlowPlan | undefined;
    if (plan === undefined) throw planChanged(record, flow.plan, undefined);
    return compiledFlow(flow.definition, plan);
  }
}

/** What was stored, taken in: all that stands before a fork or the last change of code is in that entry. */
export function openMachine(
  flow: CompiledFlow,
  id: string,
  { snapshot, rows }: Pick<StoredRun, "snapshot" | "rows">,
): RunMachine {
  const last = rows.findLastIndex(({ entry }) => "data" in entry);
  const whole = rows[last]?.entry;
  const data = whole && "data" in whole ? whole.data : snapshot?.data;
  const machine = new RunMachine(flow, id, data as MachineSnapshot | undefined);
  machine.replay(last < 0 ? rows : rows.slice(last + 1));
  return machine;
}

/** The very same state where nothing is to be changed. */
function fittingState(
  { state, runId }: RunMachine,
  { rules, plan }: CompiledFlow,
  { state: change, stateIfNeeded: ifNeeded }: RunChanges,
) {
  const fits = change && ifNeeded && !rules.schema?.fit(state.unsealed).problems;
  const given = change && !fits ? finishForState(change(state.root), []) : state.unsealed;
  if (!rules.schema) return given;
  const fitted = rules.schema.fit(given);
  if (fitted.problems) throw stateChanged({ runId, flow: plan.flow, problems: fitted.problems });
  return finishForState(fitted.value, []);
}
