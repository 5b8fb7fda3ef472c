/** The turns of a chat on the command line: said, told as they come, stopped, left open and gone on with. */
import { type DriveOptions, FlowError } from "millrace";
import { answerHere } from "../commands/answer-here.js";
import type { AnyFlow, AnyResult } from "../commands/any-result.js";
import type { CommandContext } from "../commands/context.js";
import { waitingLines } from "../commands/waiting-lines.js";
import { type ExitCode, exitCodes } from "../output/exit-codes.js";
import { reportError } from "../output/report-error.js";
import { plainText } from "../terminal/lines.js";
import type { Conversation } from "./conversation.js";
import { ReplyView } from "./reply-view.js";
import { type StopSignals, untilStopped } from "./stop-turn.js";

export interface TurnsOptions {
  readonly flow: AnyFlow;
  readonly conversation: Conversation;
  /** Somebody sits there, and goes on whatever becomes of a turn. */
  readonly live: boolean;
  readonly debug: boolean;
}

export class Turns {
  readonly #context: CommandContext;
  readonly #options: TurnsOptions;

  constructor(context: CommandContext, options: TurnsOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** Says something. With somebody there it answers `completed` whatever came of it. */
  async take(text: string): Promise<ExitCode> {
    const { conversation } = this.#options;
    return this.#stoppable(async (signals) => {
      const rests = await this.#goOn(signals);
      if (rests !== exitCodes.completed) return rests;
      if (signals.abortSignal.aborted) return this.#live("What was said is not sent.");
      if (await conversation.open()) return this.#live("What was said is not sent: the turn before is not over.");
      return this.#turn(signals, (options) => conversation.say(text, options));
    });
  }

  /** Goes on with a turn that was left open, if there is one. */
  async goOn(): Promise<ExitCode> {
    return this.#stoppable((signals) => this.#goOn(signals));
  }

  /** Also while it is only looked for what there is to go on with: Ctrl+C never ends the chat between two turns. */
  #stoppable(body: (signals: StopSignals) => Promise<ExitCode>): Promise<ExitCode> {
    const { out } = this.#context;
    return untilStopped({ live: this.#options.live, tell: (line) => out.tell(line) }, body);
  }

  async #goOn(signals: StopSignals): Promise<ExitCode> {
    const { flow, conversation } = this.#options;
    const open = await conversation.open();
    return open === undefined ? exitCodes.completed : this.#turn(signals, (options) => flow.resume(open, options));
  }

  async #turn(signals: StopSignals, go: (options: DriveOptions) => Promise<AnyResult>): Promise<ExitCode> {
    const { out } = this.#context;
    const { flow, live, debug } = this.#options;
    const view = new ReplyView({
      say: (piece) => out.mode === "text" && out.piece(out.onTerminal ? harmless(piece) : piece),
      note: (line) => out.mode === "text" && out.note(out.colors.dim(`  ${line}`)),
    });
    const unlisten = flow.events.on("*", (event) => {
      out.event(event);
      view.event(event);
    });
    try {
      return await this.#tell(await this.#driven(go, { signals, view }), view);
    } catch (error) {
      view.freshLine();
      if (!live || FlowError.is(error, "RUN_STOPPED")) throw error;
      if (FlowError.is(error, "RUN_CANCELLED")) return this.#live("(stopped)");
      reportError(error, { out, debug });
      return exitCodes.completed;
    } finally {
      unlisten();
    }
  }

  async #driven(
    go: (options: DriveOptions) => Promise<AnyResult>,
    { signals, view }: { readonly signals: StopSignals; readonly view: ReplyView },
  ): Promise<AnyResult> {
    const result = await go(signals);
    view.freshLine();
    return answerHere(this.#context, {
      result,
      stopped: signals.stopSignal,
      go: (id, answer) => this.#options.flow.runs.answer(id, answer, signals),
    });
  }

  async #tell(result: AnyResult, view: ReplyView): Promise<ExitCode> {
    const { out } = this.#context;
    const { conversation, live } = this.#options;
    const reply = conversation.replyOf(result);
    const { id, status, usage, waitingFor } = result;
    view.end(reply);
    out.object({ ok: true, session: conversation.session, id, status, ...(reply && { reply }), waitingFor, usage });
    if (status === "running") return this.#live(`Run ${id} is driven by another process, which takes it from here.`);
    if (status !== "waiting") return exitCodes.completed;
    if (out.mode === "text")
      for (const line of await waitingLines({ id, waitingFor: waitingFor ?? [] }, this.#context)) out.note(line);
    return live ? exitCodes.completed : exitCodes.waiting;
  }

  #live(note: string): ExitCode {
    this.#context.out.note(this.#context.out.colors.dim(note));
    return exitCodes.completed;
  }
}

/** What comes from a model must not control the terminal. */
function harmless(piece: string): string {
  return piece
    .split(/(\s+)/u)
    .map((part) => (/^\s*$/u.test(part) ? part.replace(/[^ \n\t]/gu, "") : plainText(part)))
    .join("");
}
