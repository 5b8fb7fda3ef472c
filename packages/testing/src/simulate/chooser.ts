import { FlowError } from "millrace";

/** One of several things that could happen next. */
export interface Option {
  readonly label: string;
  /** What it makes commit: a call, a signal, an answer; or `time`. */
  readonly about?: string;
}

/** A place of a path where there were several. */
export interface Choice {
  readonly chosen: number;
  readonly labels: readonly string[];
}

/** Says which of several happens next. */
export interface Chooser {
  /** Whether what a call brings waits until it is chosen, however the call was begun. */
  readonly holds: boolean;
  choose(options: readonly Option[]): number;
  /** Told of what has committed. */
  committed(what: string): void;
}

/** Follows given choices, then a rule; keeps what was chosen. */
export class PlannedChooser implements Chooser {
  readonly holds = false;
  readonly made: Choice[] = [];
  readonly #planned: readonly number[];
  readonly #rule: (count: number) => number;
  readonly #before: readonly Choice[];

  /** @param before what another path met that began with the same choices */
  constructor(planned: readonly number[], { rule = () => 0, before = [] }: ChooserOptions = {}) {
    this.#planned = planned;
    this.#rule = rule;
    this.#before = before;
  }

  choose(options: readonly Option[]): number {
    if (options.length === 1) return 0;
    const place = this.made.length;
    const labels = options.map(({ label }) => label);
    const chosen = this.#planned[place] ?? this.#rule(options.length);
    const known = place < this.#planned.length ? this.#before[place]?.labels : undefined;
    if (chosen >= options.length || (known && known.join() !== labels.join()))
      throw notRepeatable(place, labels, known);
    this.made.push({ chosen, labels });
    return chosen;
  }

  committed(): void {
    // what is planned does not depend on it
  }

  /** The path is at its end: @throws {FlowError} SIMULATION_NOT_REPEATABLE – more was planned */
  end(): void {
    if (this.#planned.findLastIndex((choice) => choice > 0) >= this.made.length)
      throw notRepeatable(this.made.length, ["nothing more"]);
  }
}

export interface ChooserOptions {
  readonly rule?: (count: number) => number;
  readonly before?: readonly Choice[];
}

/**
 * Lets things commit in the order of another path: after a crash some of it is done, and some is to be done again. It needs all
 * outcomes to be held.
 */
export class GuidedChooser implements Chooser {
  readonly holds = true;
  /** What is still to commit, in order. */
  readonly #left: string[];

  constructor(commits: readonly string[]) {
    this.#left = [...commits];
  }

  choose(options: readonly Option[]): number {
    const [next] = this.#left;
    const wanted = options.findLastIndex(({ about }) => about === next);
    if (wanted >= 0) return wanted;
    const time = options.findIndex(({ about }) => about === "time");
    return Math.max(0, time);
  }

  committed(what: string): void {
    const place = this.#left.indexOf(what);
    if (place >= 0) this.#left.splice(place, 1);
  }
}

function notRepeatable(place: number, now: readonly string[], before?: readonly string[]): FlowError {
  const then = before ? `, and before: ${before.join(", ")}` : "";
  return new FlowError(
    "SIMULATION_NOT_REPEATABLE",
    `At choice ${place + 1} of a path that was taken before, this could happen: ${now.join(", ")}${then}.`,
    {
      hint: "A simulation repeats what has come out the same: reset what lies outside of the flow in `setup`, and replace what asks time, chance or the network.",
    },
  );
}
