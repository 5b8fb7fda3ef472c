/** The lists that are not done with, by the book, and what follows them element by element. */
import type { FlowPlan, PlanEntry, PlanTrigger } from "../../plan/index.js";
import type { SchedulerEvent, StepCallRecord } from "../types.js";
import type { Firing } from "./reference-group.js";
import { type Element, type End, ReferencePass } from "./reference-pass.js";
import { elementChain, elementLoop, elementsOf, hears, listStep } from "./reference-plan.js";
import type { Source } from "./reference-starving.js";
import { agree, derive, type Rounds, toRounds } from "./reference-turns.js";

type Handed = Pick<StepCallRecord, "index" | "turn"> & Pick<Element, "history">;

export class ReferencePasses {
  readonly #plan: FlowPlan;
  /** By number. */
  readonly #open = new Map<number, ReferencePass>();
  #count = 0;

  constructor(plan: FlowPlan) {
    this.#plan = plan;
  }

  has({ id }: ReferencePass): boolean {
    return this.#open.has(id);
  }

  get(id: number | undefined): ReferencePass | undefined {
    return id === undefined ? undefined : this.#open.get(id);
  }

  delete({ id }: ReferencePass): void {
    this.#open.delete(id);
  }

  values(): ReferencePass[] {
    return [...this.#open.values()];
  }

  /** What triggers may still come from: lists, and elements that wait between two steps. */
  sources(): Source[] {
    const waiting = this.values().flatMap(({ source, step, waiting }) =>
      source ? waiting.map(({ rounds }) => ({ step, rounds })) : [],
    );
    return [...this.values(), ...waiting];
  }

  /** A pass through a list, and those that follow it. */
  add(step: number, firing: Omit<Firing, "isRepeated">): ReferencePass {
    const from = listStep(this.#plan.steps[step]!);
    const pass = new ReferencePass({ id: ++this.#count, step, from }, firing);
    this.#open.set(pass.id, pass);
    this.#addFollowers(pass);
    return pass;
  }

  /** Those that go on with its elements have its turn, as what hears its end has. */
  #addFollowers(source: ReferencePass): void {
    const trigger: PlanTrigger = { kind: "elements", step: source.step };
    for (const [step, planStep] of this.#plan.steps.entries()) {
      if (!hears(planStep, trigger)) continue;
      const occurrence = { step: source.step, rounds: source.rounds, trigger, completion: [trigger] };
      const rounds = derive(this.#plan, occurrence, step);
      const place = { id: ++this.#count, step, source };
      const pass = new ReferencePass(place, { rounds, trigger: this.#plan.steps[source.step]!.name });
      this.#open.set(pass.id, pass);
      this.#addFollowers(pass);
    }
  }

  followersOf(pass: ReferencePass): ReferencePass[] {
    return this.values().filter(({ source }) => source === pass);
  }

  /** Whether as much waits before a step that follows as that works on at once. */
  isHeldUp(pass: ReferencePass): boolean {
    const atOnce = (step: number) => {
      const { concurrency, batch = 1 } = this.#plan.steps[step]!.forEach!;
      return concurrency * batch;
    };
    return this.followersOf(pass).some(({ step, waiting }) => waiting.length >= atOnce(step));
  }

  /** An element is done: whoever follows may be called for it, or it passes by all that are to come. */
  handOn(pass: ReferencePass, { index, turn, history }: Handed, end: End): void {
    for (const follower of this.followersOf(pass)) {
      if (end.status === "completed") {
        const ofElements = [...toRounds(turn)].filter(([loop]) => loop >= elementLoop(this.#plan, 0));
        const { batch } = this.#plan.steps[follower.step]!.forEach!;
        const rounds = new Map([...follower.rounds, ...(batch === undefined ? ofElements : [])]);
        const made = new Map([...history, [pass.step, end.value]]);
        follower.waiting.push({ payload: this.#payload(follower.step, made), index: index!, rounds, history: made });
      } else {
        follower.passBy(index!, end);
        this.handOn(follower, { index, turn, history }, end);
      }
    }
  }

  #payload(step: number, made: Element["history"]): unknown {
    const { step: source, with: others } = elementsOf(this.#plan.steps[step]!)!;
    if (!others) return made.get(source);
    return Object.fromEntries([source, ...others].map((one) => [this.#plan.steps[one]!.name, made.get(one)]));
  }

  /**
   * Takes away the lists whose end the race would have got, or their elements, where none of them is the winner, and what
   * follows them; they are over.
   */
  lose(race: number, { losers }: PlanEntry, rounds: Rounds): number[] {
    const lost = this.values().filter(({ step, rounds: own }) => {
      if (!losers.includes(step)) return false;
      if (elementChain(this.#plan, step).some((one) => rounds.has(elementLoop(this.#plan, one)))) return false;
      const end: PlanTrigger = { kind: "collect", step };
      const isHeard = this.#plan.steps.some((listener) => hears(listener, end));
      const trigger: PlanTrigger = isHeard ? end : { kind: "step", step };
      return agree(derive(this.#plan, { step, rounds: own, trigger, completion: [trigger] }, race), rounds);
    });
    const all = new Set(lost);
    // a Set is walked with what is added meanwhile
    for (const pass of all) for (const follower of this.followersOf(pass)) all.add(follower);
    for (const pass of all) this.delete(pass);
    return [...all].map(({ id }) => id);
  }
}

/** How an element's call came out; undefined: the event ends no call. */
export function endOf(event: SchedulerEvent): End | undefined {
  if (event.type === "completed") return { status: "completed", value: event.output };
  if (event.type === "skipped") return { status: "skipped" };
  return event.type === "failed" ? { status: "failed", error: event.error } : undefined;
}
