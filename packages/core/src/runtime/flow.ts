import type { NoState, OutputOf, Self, ShapeOf, Signal, StateOf } from "../definition/index.js";
import type { FlowGraph } from "../plan/index.js";
import { runResult } from "./build-result.js";
import { checkFlowOptions } from "./check-flow-options.js";
import { childFlow } from "./child-flow.js";
import { compileClass } from "./compile-class.js";
import { startContinued } from "./continued-run.js";
import { currentCall, ownKey } from "./current-call.js";
import type { Engine, StartedRun } from "./engine.js";
import { FlowEvents } from "./event-bus.js";
import { FlowEngines } from "./flow-engines.js";
import type {
  ContinueArgs,
  ContinueOptions,
  DriveOptions,
  FlowOptions,
  KickoffArgs,
  KickoffOptions,
  RunFlowArgs,
  RunFlowOptions,
  SessionOptions,
  SignalOptions,
  StreamArgs,
  StreamOptions,
} from "./flow-options.js";
import { type PicturePlot, plotFlow, type TextPlot } from "./plot-flow.js";
import { newRunId } from "./run-id.js";
import { sendSignal } from "./run-messages.js";
import type { RunResult, SignalResult } from "./run-result.js";
import { type RunStream, runStream, StreamBuffer } from "./run-stream.js";
import { Runs } from "./runs.js";
import { startInSession } from "./session.js";
import { StepMembers } from "./step-members.js";

type AnyFlowClass = abstract new (...args: never[]) => object;
// biome-ignore lint/suspicious/noExplicitAny: whatever its state is
type AnyFlow = Flow<any>;
/** A class whose instances are made with a flow's options and nothing else. */
// biome-ignore lint/suspicious/noExplicitAny: whatever its state is
type RunnableClass<F> = new (options: FlowOptions<any>) => F;

/**
 * A flow: subclass it, mark methods with `@start`, `@listen` and `@router`, call `kickoff()`. `C` is the class itself,
 * `class Review extends Flow<typeof Review>`, with zod schemas as statics; or a plain state type, `Flow<{ n: number }>`,
 * with `initialState`; or nothing for a flow without a state.
 *
 * @example
 * class Hello extends Flow<typeof Hello> {
 *   static state = z.object({ name: z.string() });
 *   @start() greet() { return `Hello, ${this.state.name}`; }
 * }
 * const result = await new Hello().kickoff({ name: "Ada" });
 */
export abstract class Flow<C = NoState> extends StepMembers<C> {
  /** The state at the start of a run. With a schema: put over its defaults. */
  declare initialState?: StateOf<C>;
  readonly #options: FlowOptions<C>;
  readonly #events: FlowEvents;
  readonly #engines: FlowEngines;
  #runs: Runs<this> | undefined;

  /** @throws {FlowError} PLAN_OPTION_INVALID – an option is unknown, or `persistence` stores nothing */
  constructor(options: FlowOptions<C> = {}) {
    super();
    checkFlowOptions(options, new.target.name);
    this.#options = options;
    this.#events = options.events ?? new FlowEvents(options.logger);
    this.#engines = new FlowEngines({ instance: this, events: this.#events, given: options as FlowOptions });
  }

  /**
   * The flow as a drawing: `"mermaid"` text, the graph as `"json"`, an `"svg"` file, or one `"html"` file to
   * look around in. A run is laid over the last two: `{ format: "html", run: await flow.runs.overlay(id) }`.
   * @throws {FlowError} PLAN_INVALID – with all problems of the class
   */
  static plot(this: AnyFlowClass, options?: { readonly format?: "mermaid" }): string;
  static plot(this: AnyFlowClass, options: { readonly format: "json" }): FlowGraph;
  static plot(this: AnyFlowClass, options: PicturePlot): string;
  static plot(this: AnyFlowClass, options?: TextPlot | PicturePlot): string | FlowGraph {
    return plotFlow(compileClass(this), options);
  }

  /**
   * Inside a step: runs another flow, and answers its output. The child is a run of its own, with a journal of its own, whose id is
   * made of this call and `key`: a step that is begun again finds the same one. While the child waits for people or signals this
   * run waits with it; when this run ends, or no longer wants it, it is cancelled.
   *
   * A class is run by an instance that has this flow's persistence, events and other options; an instance by its own.
   * @throws {FlowError} CHILD_FAILED – it failed, was cancelled, or can't be started; `details.code` says why
   * @throws {FlowError} CHILD_TOO_DEEP – it would run inside 100 others
   * @throws {FlowError} CHILD_PERSISTENCE_DIFFERS – the instance has another persistence
   * @throws {FlowError} STEP_KEYS_CHANGED – the key stands for something else in this call
   * @example
   * const { text } = await this.runFlow(Article, { topic: "rivers" });
   */
  runFlow<F extends AnyFlow>(
    child: F | RunnableClass<F>,
    ...args: RunFlowArgs<ShapeOf<F>>
  ): Promise<OutputOf<ShapeOf<F>>> {
    const { children, run } = currentCall(this, "runFlow");
    const [inputs, options] = args as [unknown, RunFlowOptions?];
    const parent = this.#engines.inside(run);
    const flow = typeof child === "function" ? this.#relative(child, parent) : child;
    const { initialState } = flow.#begin();
    const source = childFlow({ engine: flow.#engines.inside(parent), parent, initialState });
    return children.run(source, inputs, ownKey(options?.key, source.name)) as Promise<OutputOf<ShapeOf<F>>>;
  }

  /** The operator's verbs on stored runs. */
  get runs(): Runs<this> {
    this.#runs ??= new Runs<this>(this.#engines.own);
    return this.#runs;
  }

  /** Where this flow's events are heard. */
  get events(): FlowEvents {
    return this.#events;
  }

  /**
   * Starts a run and drives it until it completes or waits for the outside.
   * @throws {FlowError} RUN_INPUTS_INVALID – the inputs do not fit
   * @throws {FlowError} RUN_EXISTS – the given id is taken
   * @throws {FlowError} RUN_NOT_AT_REST, RUN_NOT_FOUND – the run that it is to continue runs, or is not stored here
   * @throws {FlowError} PLAN_INVALID – the class has plan problems
   * @throws {FlowError} STEP_FAILED – or another code of what made the run fail; `error.runId` is set
   * @throws {FlowError} RUN_CANCELLED, RUN_TIMEOUT, RUN_STOPPED – the caller wanted no more
   */
  async kickoff(this: this & Self<C>, ...args: KickoffArgs<C>): Promise<RunResult<this>> {
    const [inputs, options] = args as [unknown, KickoffOptions?];
    return runResult<this>(await this.#start(inputs, options).done);
  }

  /**
   * A kickoff on the state that the newest run of a session left; the first of a session starts as `kickoff` does. Inputs are
   * put over that state; with `static inputs` it stays as it is. One run of a session at a time. With `from` it goes on from an
   * older run of the session instead: what came after that one is left behind.
   * @throws {FlowError} SESSION_BUSY – a run of the session runs or waits; `error.runId` is its id
   * @throws {FlowError} RUN_INPUTS_INVALID – the inputs do not fit
   * @throws {FlowError} STATE_INVALID – what the session's newest run left does not fit the state's schema of now
   * @throws {FlowError} RUN_EXISTS – the given id is taken
   * @throws {FlowError} RUN_NOT_FOUND – the session has no run `from`
   * @throws {FlowError} STEP_FAILED, RUN_CANCELLED, RUN_TIMEOUT, RUN_STOPPED – as `kickoff`
   *
   * @example
   * await flow.continue("customer-7", { message: "hello" });
   * await flow.continue("customer-7", { message: "me again" }); // on the state that the first one left
   */
  async continue(this: this & Self<C>, session: string, ...args: ContinueArgs<C>): Promise<RunResult<this>> {
    const [inputs, options] = args as [unknown, ContinueOptions?];
    return runResult<this>(await this.#startIn(inputs, { ...options, session }).done);
  }

  /**
   * As `kickoff`, watched: an async iterable of the run's events. With a `session` among the options it is a `continue` of that
   * session, watched.
   *
   * @example
   * for await (const event of flow.stream({ message: "hello" }, { session: "customer-7" })) console.log(event.type);
   */
  stream(this: this & Self<C>, ...args: StreamArgs<C>): RunStream<this> {
    const [inputs, options = {}] = args as [unknown, StreamOptions?];
    const sink = new StreamBuffer();
    const { session } = options;
    const { id, done, stop } =
      session === undefined ? this.#start(inputs, options, sink) : this.#startIn(inputs, { ...options, session, sink });
    return runStream<this>(sink, { id, result: done.then((machine) => runResult<this>(machine)), stop });
  }

  /**
   * Goes on with a stored run where it stood: finished steps do not run again. A failed step is tried again; a completed run
   * answers its stored result.
   * @throws {FlowError} RUN_NOT_FOUND – no run with this id is stored here
   * @throws {FlowError} RUN_OWNED – somebody else is driving it
   * @throws {FlowError} PLAN_CHANGED – what the run still needs has changed in the flow's code; `details.differences` lists it
   * @throws {FlowError} STATE_INVALID – the run's state does not fit the flow's schema any more
   */
  async resume(id: string, options?: DriveOptions): Promise<RunResult<this>> {
    return runResult<this>(await this.#engines.own.resume(id, options));
  }

  /**
   * Sends a signal to a run. It is stored first; then the run is driven on here, and this resolves with its result, unless it
   * is being driven elsewhere: then with `{ status: "running" }`. An `id` given in the options drops a repeat.
   * @throws {FlowError} SIGNAL_UNKNOWN – no step listens to such a signal
   * @throws {FlowError} SIGNAL_INVALID – the payload does not fit the signal's schema
   * @throws {FlowError} RUN_NOT_FOUND – no run with this id is stored here
   * @throws {FlowError} RUN_ENDED – the run has ended
   */
  async signal<N extends string, P, I>(
    id: string,
    signal: Signal<N, P, I>,
    ...rest: unknown extends I ? [payload?: unknown, options?: SignalOptions] : [payload: I, options?: SignalOptions]
  ): Promise<SignalResult<this>>;
  async signal(id: string, name: string, payload?: unknown, options?: SignalOptions): Promise<SignalResult<this>>;
  // biome-ignore lint/complexity/useMaxParams: the overload above
  async signal(
    id: string,
    signal: string | Signal<string, unknown>,
    payload?: unknown,
    options?: SignalOptions,
  ): Promise<SignalResult<this>> {
    const name = typeof signal === "string" ? signal : signal.name;
    const machine = await sendSignal(this.#engines.own, { id, name }, { payload, ...options });
    return machine ? runResult<this>(machine) : { id, status: "running" };
  }

  #start(inputs: unknown, options: KickoffOptions = {}, sink?: StreamBuffer): StartedRun {
    const begin = this.#begin(options);
    try {
      const { own } = this.#engines;
      const { continues } = begin;
      return continues === undefined
        ? own.start(inputs, begin, sink)
        : startContinued(own, inputs, { ...begin, continues, sink });
    } catch (error) {
      return { id: begin.id, done: Promise.reject(error), stop: () => undefined };
    }
  }

  #startIn(inputs: unknown, options: SessionOptions & { readonly sink?: StreamBuffer }): StartedRun {
    const begin = { ...options, ...this.#begin(options), ownId: options.id !== undefined };
    return startInSession(this.#engines.own, inputs, begin);
  }

  #begin(options: KickoffOptions = {}) {
    const initialState = (this.#options.initialState ?? this.initialState) as object | undefined;
    return { ...options, id: options.id ?? newRunId(), ...(initialState && { initialState }) };
  }

  /** The instance that runs a class; `this` itself for its own. */
  #relative<F extends AnyFlow>(flowClass: RunnableClass<F>, parent: Engine): F {
    return this.#engines.relative(flowClass, parent, (options) => {
      const made = new flowClass(options);
      made.#engines.families = this.#engines.families;
      return made;
    });
  }
}
