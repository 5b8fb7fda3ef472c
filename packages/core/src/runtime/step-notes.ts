/**
 * What one attempt notes down inside its step: `once` results and timers, by key. What an earlier attempt noted is answered
 * from there; what is new goes to the journal first, and the step goes on when it is stored.
 */
import type { Answer, CallNote, Usage } from "../ports/index.js";
import { finishValue } from "../state/index.js";
import { AtRest } from "./at-rest.js";
import type { AskNote } from "./call-notes.js";
import { NoteKeys, uses } from "./note-keys.js";
import type { NewQuestion, NotesHome } from "./notes-home.js";

interface Wait {
  readonly stored: () => void;
  readonly reject: (error: unknown) => void;
}

interface Timer {
  readonly until: number;
  readonly stop: () => void;
  readonly reject: (error: unknown) => void;
}

export class StepNotes {
  readonly #home: NotesHome;
  readonly keys: NoteKeys;
  readonly #waits = new Map<string, Wait>();
  readonly #timers = new Map<string, Timer>();
  /** By key: what the answer to an open question goes to. */
  readonly #answers = new Map<string, (answer: Answer) => void>();
  readonly #resting = new AtRest();
  /** Whether something has gone on since it last asked or went to sleep. */
  #movedOn = false;
  /** How many `once` are at work, and how many children. */
  #working = 0;
  /** How many children are. */
  #driving = 0;
  /** How many sleeps are not over. */
  #sleeping = 0;
  #settling = 0;
  /** Questions asked a moment ago. */
  #parking = 0;
  /** How often each kind was used without a key of its own. */
  #sleeps = 0;
  #asks = 0;
  #ended: unknown;

  constructor(home: NotesHome, given: ReadonlyMap<string, CallNote> | undefined) {
    this.#home = home;
    this.keys = new NoteKeys(home.step, given);
  }

  /** `used` is asked when `make` has answered: what it has used is stored with the answer. */
  once(key: string, make: () => unknown, used: () => Usage | undefined): Promise<unknown> {
    return this.keys.shared(key, uses.once, async () => {
      const note = this.keys.find(key, "once");
      if (note) return note.output;
      const output = finishValue(await this.#work(make), `the result of once("${key}") in step "${this.#home.step}"`);
      const usage = used();
      await this.store(key, { kind: "once", output, ...(usage && { usage }) });
      return output;
    });
  }

  sleep(ms: number, key: string | undefined): Promise<void> {
    const own = key ?? `sleep-${++this.#sleeps}`;
    return this.keys.shared(own, uses.timer, async () => {
      this.#sleeping++;
      try {
        await this.#sleep(own, ms);
      } finally {
        this.#sleeping--;
      }
    }) as Promise<void>;
  }

  async #sleep(key: string, ms: number): Promise<void> {
    const { clock } = this.#home;
    let note = this.keys.find(key, "timer");
    if (!note) {
      note = { kind: "timer", until: clock.now() + ms };
      await this.store(key, note);
    }
    if (note.until > clock.now()) await this.#due(key, note.until);
    // it was over before it was stored: that it was set is told, so that it has ended is too
    else if (this.keys.made(key)) this.#home.fired(key);
  }

  /** Answers how the question ended; what is asked again by a later attempt is the same question. */
  async ask(question: NewQuestion): Promise<Answer> {
    const key = question.key ?? `ask-${++this.#asks}`;
    return this.keys.shared(key, uses.ask, async () => {
      for (let again = 0; ; again++) {
        const own = again === 0 ? key : `${key}~${again}`;
        this.keys.use(own);
        const note = this.keys.find(own, "ask");
        const answer = note?.answer ?? (await this.#answer(own, note ?? this.#newQuestion(own, question), note));
        if ("timedOut" in answer) return answer;
        const fitting = question.fit(answer.value);
        // what JSON Schema could not refuse (a refinement) is asked again: a wrong answer moves nothing
        if (fitting) return fitting;
      }
    }) as Promise<Answer>;
  }

  #newQuestion(key: string, { prompt, schema, value, timeoutMs }: NewQuestion): AskNote {
    const { runId, step, record, clock } = this.#home;
    const id = `${runId}/${record.calledAs ?? step}/${record.number}/${key}`;
    const until = timeoutMs === undefined ? undefined : clock.now() + timeoutMs;
    return {
      kind: "ask",
      id,
      prompt,
      schema,
      ...(value !== undefined && { value }),
      ...(until !== undefined && { until }),
    };
  }

  async #answer(key: string, note: AskNote, found: AskNote | undefined): Promise<Answer> {
    const answered = new Promise<Answer>((resolve) => this.#answers.set(key, resolve));
    if (found) this.#parkSoon();
    else await this.store(key, note);
    return answered;
  }

  /** While a child is driven: the step waits for it, and the run for both. */
  async drive<T>(child: () => Promise<T>): Promise<T> {
    this.#driving++;
    try {
      return await this.#work(child);
    } finally {
      this.#driving--;
    }
  }

  /** Until there is news of a child that waits for the outside. */
  async rest(key: string): Promise<void> {
    const news = this.#resting.untilNews(key);
    this.#rests();
    await news;
  }

  /** There is news of the child with this key; false: the step does not wait for it. */
  moved(key: string): boolean {
    return this.#resting.wake(key);
  }

  /** Something that the step has begun by `this` has come to an end. */
  #goOn(): void {
    this.#movedOn = true;
    this.#resting.goOn(() => this.#rests(), this.#answers.size);
  }

  #rests(): void {
    this.#movedOn = false;
    this.#home.parked();
  }

  /** It has asked. If it ends in the same moment, it does not wait. */
  #parkSoon(): void {
    this.#movedOn = false;
    this.#parking++;
    setImmediate(() => {
      this.#parking--;
      this.#home.parked();
    });
  }

  /** The question with this key has ended. */
  answered(key: string, answer: Answer): void {
    this.#answers.get(key)?.(answer);
    this.#answers.delete(key);
    this.#goOn();
  }

  /**
   * Whether the step waits for people, as far as can be known: it has asked, and nothing that it begun by `this` is under way or
   * has gone on since.
   */
  get isParked(): boolean {
    if (this.#movedOn || this.#parking > 0 || this.#answers.size + this.#resting.size === 0) return false;
    return this.#waits.size === 0 && this.#sleeping === 0 && this.#working === 0;
  }

  /** Until when the step sleeps, as far as can be known, ms since the epoch; undefined: it does not. */
  get asleepUntil(): number | undefined {
    if (this.#movedOn || this.#waits.size > 0 || this.#working > 0 || this.#settling > 0) return undefined;
    // of a sleep that has been stored the timer comes in a moment
    if (this.#sleeping === 0 || this.#timers.size < this.#sleeping) return undefined;
    return Math.min(...Array.from(this.#timers.values(), ({ until }) => until));
  }

  /** What the step does, as far as it does it by `this`. `waiting`: for a sleep, people, or runs that it has started, alone. */
  get progress(): "working" | "storing" | "waiting" {
    if (this.#waits.size > 0) return "storing";
    const outside = this.#timers.size + this.#answers.size + this.#resting.size + this.#driving;
    return outside > 0 && this.#working === this.#driving ? "waiting" : "working";
  }

  /** The note with this key is in the journal. */
  stored(key: string): void {
    if (this.keys.made(key)?.kind === "ask") this.#parkSoon();
    else this.#goOn();
    this.#waits.get(key)?.stored();
    this.#waits.delete(key);
  }

  /** The attempt is told to stop: nothing that it waits for comes any more. */
  abort(reason: unknown): void {
    this.#ended ??= reason;
    for (const { stop, reject } of this.#timers.values()) {
      stop();
      reject(reason);
    }
    this.#timers.clear();
  }

  /** The attempt is over, whatever its code still does. */
  close(): void {
    for (const { stop } of this.#timers.values()) stop();
    this.#timers.clear();
    this.#waits.clear();
    this.#answers.clear();
    this.#resting.close();
  }

  async #work<T>(make: () => T | Promise<T>): Promise<T> {
    this.#working++;
    try {
      return await make();
    } finally {
      this.#working--;
    }
  }

  /** Resolves when it is in the journal. */
  store(key: string, note: CallNote): Promise<void> {
    this.keys.make(key, note);
    return new Promise((stored, reject) => {
      this.#waits.set(key, { stored, reject });
      this.#home.note(key, note);
    });
  }

  #due(key: string, until: number): Promise<void> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    this.#movedOn = false;
    return new Promise((resolve, reject) => {
      const due = () => {
        this.#timers.delete(key);
        this.#goOn();
        this.#home.fired(key);
        resolve();
      };
      const { clock } = this.#home;
      const stop = clock.setTimer(due, until - clock.now(), { purpose: "sleep" });
      this.#timers.set(key, { until, stop, reject });
      this.#settling++;
      this.#home.slept(() => this.#settling--);
    });
  }
}
