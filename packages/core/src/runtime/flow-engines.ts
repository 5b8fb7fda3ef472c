/** What drives the runs of one flow instance: its own, and those that steps of other flows start on it. */
import { durationMs } from "../definition/index.js";
import { FlowError } from "../errors/index.js";
import { type FlowPersistence, MemoryPersistence } from "../ports/index.js";
import { otherPersistence } from "./child-errors.js";
import { compileClass } from "./compile-class.js";
import { Engine } from "./engine.js";
import type { FlowEvents } from "./event-bus.js";
import type { FlowOptions } from "./flow-options.js";
import { guardedLogger, silentLogger } from "./silent-logger.js";
import { harnessed } from "./step-harness.js";
import { systemClock } from "./system-clock.js";

type AnyFlowClass = abstract new (...args: never[]) => object;

export interface FlowEnginesOptions {
  readonly instance: object;
  readonly events: FlowEvents;
  readonly given: FlowOptions;
}

export class FlowEngines {
  readonly #options: FlowEnginesOptions;
  #own: Engine | undefined;
  /** Of an instance without a persistence: what drives its runs that are parts of others, by theirs. */
  #inside: Map<FlowPersistence, Engine> | undefined;
  /** By persistence and class: the instances that run what this flow's steps run, and what theirs do. */
  families: Map<FlowPersistence, Map<AnyFlowClass, object>> | undefined;

  constructor(options: FlowEnginesOptions) {
    this.#options = options;
  }

  get own(): Engine {
    this.#own ??= this.#make(this.#options.given.persistence ?? new MemoryPersistence());
    return this.#own;
  }

  /**
   * What drives the runs of this flow that are stored with others: those that start them, and those that they start.
   * @throws {FlowError} CHILD_PERSISTENCE_DIFFERS
   */
  inside({ persistence }: Pick<Engine, "persistence">): Engine {
    const { given, instance } = this.#options;
    if ((given.persistence ?? this.#own?.persistence) === persistence) return this.own;
    if (given.persistence) throw otherPersistence(compileClass(instance.constructor as AnyFlowClass).plan.flow);
    this.#inside ??= new Map();
    const engine = this.#inside.get(persistence) ?? this.#make(persistence);
    this.#inside.set(persistence, engine);
    return engine;
  }

  /** The instance that runs a class for runs of an engine: `make` is given the options for a new one. */
  relative<F extends object>(flowClass: AnyFlowClass, { persistence }: Engine, make: (options: FlowOptions) => F): F {
    const { given, instance, events } = this.#options;
    this.families ??= new Map();
    const family = this.families.get(persistence) ?? new Map([[instance.constructor as AnyFlowClass, instance]]);
    this.families.set(persistence, family);
    const known = family.get(flowClass);
    if (known) return known as F;
    const { initialState: _, ...options } = given;
    const made = make({ ...options, persistence, events });
    family.set(flowClass, made);
    return made;
  }

  #make(persistence: FlowPersistence): Engine {
    const { instance, events, given } = this.#options;
    const { logger = silentLogger, maxCalls = 1000, abortGrace = "5s", strict = false } = given;
    const { clock = systemClock, harness, annotate } = given;
    const flow = compileClass(instance.constructor as AnyFlowClass);
    if (!(maxCalls >= 1)) {
      throw new FlowError("PLAN_OPTION_INVALID", `maxCalls is ${maxCalls}; it must be at least 1.`, {
        hint: "Leave it out for 1,000, or give a higher number for long loops.",
      });
    }
    return new Engine({
      instance,
      flow: harness ? harnessed(flow, harness) : flow,
      persistence,
      logger: guardedLogger(logger),
      events,
      clock,
      maxCalls,
      abortGraceMs: durationMs(abortGrace),
      strict,
      ...(annotate && { annotate }),
    });
  }
}
