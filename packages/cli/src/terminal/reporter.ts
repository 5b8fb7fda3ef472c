/**
 * How a run is shown while it runs: drawn live on a terminal, else a line per event. All of it goes to the stream given, which is
 * standard error: results belong to standard output.
 */
import type { FlowEvent } from "millrace";
import { colouring } from "./colouring.js";
import { eventLine } from "./event-line.js";
import type { PlanOf } from "./flow-view.js";
import { type Glyphs, glyphsFor } from "./glyphs.js";
import { Painter } from "./painter.js";
import { RunView } from "./run-view.js";
import { type SharedScreen, sharedScreen } from "./shared-screen.js";
import type { TerminalKind } from "./terminal-kind.js";

export interface Reporter {
  /** Never throws, never waits. */
  event(event: FlowEvent): void;
  /** Takes the picture away and shows nothing more until the next event: somebody else uses the terminal. */
  pause(): void;
  /** Draws what is to stay and gives the terminal back. May be called again. */
  close(): void;
}

export interface ReporterOptions {
  /** Where it is drawn, and what else writes to the same terminal. */
  readonly streams: readonly [NodeJS.WriteStream, ...NodeJS.WriteStream[]];
  readonly kind: TerminalKind;
  /** Plans of flows by name: joins and bars are told from them. */
  readonly planOf?: PlanOf;
}

/** At most so many pictures a second, and the pace of the spinner. */
const frameMs = 80;

/**
 * @example
 * const report = reporter({ streams: [process.stderr], kind: terminalKind(process.stderr, process.env) });
 * for await (const event of flow.stream(inputs)) report.event(event);
 * report.close();
 */
export function reporter(options: ReporterOptions): Reporter {
  return options.kind.live ? new LiveReporter(options) : lineReporter(options);
}

function lineReporter({ streams: [stream] }: ReporterOptions): Reporter {
  return {
    event: (event) => event.type !== "output.chunk" && stream.write(`${eventLine(event)}\n`),
    pause: () => undefined,
    close: () => undefined,
  };
}

class LiveReporter implements Reporter {
  readonly #options: ReporterOptions;
  readonly #glyphs: Glyphs;
  readonly #view: RunView;
  #screen: SharedScreen | undefined;
  #painter: Painter | undefined;
  #timer: NodeJS.Timeout | undefined;
  #tick = 0;

  constructor(options: ReporterOptions) {
    this.#options = options;
    this.#glyphs = glyphsFor(options.kind);
    this.#view = new RunView(options.planOf);
  }

  event(event: FlowEvent): void {
    this.#view.reduce(event);
    if (!this.#timer) this.#begin();
  }

  pause(): void {
    this.#end(false);
  }

  close(): void {
    this.#end(true);
  }

  #begin(): void {
    const { streams, kind } = this.#options;
    this.#screen = sharedScreen(streams, () => this.#draw(false));
    this.#painter = new Painter(this.#screen, { colour: colouring(kind.colours), ellipsis: this.#glyphs.more });
    // the picture lags by a frame at most; it does not keep the process alive
    this.#timer = setInterval(() => this.#draw(true), frameMs).unref();
  }

  #draw(withLive: boolean): void {
    if (!this.#painter) return;
    const { columns, rows } = this.#painter;
    const frame = this.#view.frame({ glyphs: this.#glyphs, now: Date.now(), tick: this.#tick++, columns, rows });
    this.#painter.draw(withLive ? frame : { ...frame, live: [] });
  }

  #end(withLive: boolean): void {
    if (!this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#draw(withLive);
    this.#painter?.done();
    this.#screen?.release();
  }
}
