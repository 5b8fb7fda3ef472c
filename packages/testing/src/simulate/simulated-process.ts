/** One process of a simulated path: a flow of its own, on the store and in the time that all processes of the path share. */
import { FlowEvents, type FlowPlan, type MemoryPersistence } from "millrace";
import { Driving } from "../kit/driving.js";
import { makeFlow, planOf } from "../kit/flow-maker.js";
import type { Verbs } from "../kit/flow-run.js";
import { RealTime } from "../kit/real-time.js";
import { replacing } from "../kit/replacements.js";
import { aMoment, turns } from "../kit/turns.js";
import { type CommitWatch, CrashableStore } from "./crashable-store.js";
import { type HeldStep, HeldSteps } from "./held-steps.js";
import type { Scenario } from "./scenario.js";
import { SimulatedClock, type SimulatedTime } from "./simulated-clock.js";

export interface ProcessWorld extends CommitWatch {
  readonly memory: MemoryPersistence;
  readonly time: SimulatedTime;
  called(step: HeldStep): void;
}

/** So many turns of the event loop without anything new, and everything has come to a stand. */
const quietTurns = 3;

export class SimulatedProcess {
  readonly driving = new Driving();
  readonly clock: SimulatedClock;
  readonly steps: HeldSteps;
  readonly store: CrashableStore;
  readonly flow: Verbs;
  readonly plan: FlowPlan;
  /** How many messages were sent whose storing is still to come. */
  #sending = 0;
  #heard = 0;

  constructor(scenario: Scenario<unknown>, world: ProcessWorld, onEvent: Scenario<unknown>["hear"]) {
    const { maxCalls, strict } = scenario;
    this.clock = new SimulatedClock(world.time);
    this.steps = new HeldSteps((step) => world.called(step));
    this.store = new CrashableStore(world.memory, world);
    const events = new FlowEvents();
    events.on("*", (event) => {
      this.#heard++;
      if (!this.store.isDead) onEvent(event);
    });
    let replace: ReturnType<typeof replacing> | undefined;
    const flow = makeFlow(scenario.flow, {
      persistence: this.store.persistence,
      events,
      clock: this.clock,
      strict,
      ...(maxCalls !== undefined && { maxCalls }),
      harness: (step, code, of) => this.steps.holding(replace!(step, code, of)),
    });
    this.plan = planOf(flow);
    replace = replacing(scenario.replace, this.plan);
    this.flow = flow as unknown as Verbs;
  }

  /** Sends something to the run: it is under way until it has been stored. */
  send(sending: Promise<Awaited<ReturnType<Verbs["signal"]>>>): void {
    const posts = this.store.posts;
    this.#sending++;
    const sent = () => {
      if (this.store.posts > posts || this.store.isDead) this.#sending--;
      else setImmediate(sent);
    };
    sending.catch(() => this.store.posts++);
    sent();
    this.driving.add(sending);
  }

  /** Whether some code does something, as against waiting for the clock or for people. */
  get isWorking(): boolean {
    return this.steps.open.some(({ isWorking }) => isWorking);
  }

  /** Changes with everything that goes on. */
  get #activity(): string {
    return `${this.#heard} ${this.steps.activity} ${this.store.activity} ${this.driving.count}`;
  }

  /** Waits until something goes on by itself, for so long at most, in ms of real time. Answers whether something did. */
  async moves(patience: number): Promise<boolean> {
    const seen = this.#activity;
    const time = new RealTime();
    while (this.#activity === seen && time.spentMs < patience) await aMoment();
    return this.#activity !== seen;
  }

  /** Until nothing goes on any more but what waits, or some code has had so much real time, in ms. */
  async settle(patience: number): Promise<void> {
    let seen = "";
    const time = new RealTime();
    for (let quiet = 0; ; ) {
      await turns(1);
      const activity = this.#activity;
      quiet = activity === seen ? quiet + 1 : 0;
      seen = activity;
      if (quiet < quietTurns) continue;
      if (this.#sending === 0 && !this.isWorking) return;
      if (time.spentMs > patience) return;
      await aMoment();
    }
  }
}
