/**
 * `millrace chat`: a conversation with a chat flow, each line a turn. What is said stands on standard output as it comes, all else on
 * standard error. At a terminal questions are put to whoever sits there, and a turn that fails or is stopped does not end the chat.
 */
import { randomUUID } from "node:crypto";
import { FlowError } from "millrace";
import { Conversation } from "../chat/conversation.js";
import { Turns } from "../chat/turns.js";
import { pipedLines, type TypedLines, terminalLines } from "../chat/typed-lines.js";
import { userMessage } from "../inputs/chat-message.js";
import { inputSchema } from "../inputs/input-schema.js";
import { readInputs } from "../inputs/read-inputs.js";
import { type ExitCode, exitCodes } from "../output/exit-codes.js";
import { findFlow, remember } from "../project/find-flow.js";
import type { FoundFlow } from "../project/flows-of-file.js";
import { importFor } from "../project/import-for.js";
import { mayPrompt } from "./answer-here.js";
import { watchBusy } from "./busy-watch.js";
import { type CommandContext, type GlobalFlags, isDebug } from "./context.js";
import { instanceOf } from "./drive.js";
import { askedInputs, type RunFlags } from "./run.js";

export interface ChatFlags extends GlobalFlags, Pick<RunFlags, "input" | "inputs" | "session"> {
  /** Said alone. */
  readonly message?: string;
}

export async function chat(context: CommandContext, target: string, flags: ChatFlags): Promise<ExitCode> {
  const { project, out, again } = context;
  const { message } = flags;
  if (message?.trim() === "") {
    throw new FlowError("CLI_USAGE_INVALID", "--message says nothing.", {
      hint: "Leave it away to type what is said.",
    });
  }
  const found = await findFlow(project, target);
  const shape = await shapeOf(found, project.root);
  const schema = inputSchema(found.flowClass);
  const given = await readInputs({ pairs: flags.input ?? [], whole: flags.inputs }, { cwd: project.cwd, schema });
  found.flowClass.plan();
  const flow = await instanceOf(context, found);
  remember(project, found);
  const session = flags.session ?? `chat-${randomUUID().slice(0, 8)}`;
  const talk = (extra: object | undefined) => new Conversation(flow, { shape, session, extra: { ...extra } });
  const live = message === undefined && mayPrompt(context);
  let conversation = talk(given);
  // asked of the store first of all: without one there is no chat, and nothing to go on with
  const hasBegun = await conversation.hasBegun();
  const asks = schema && mayPrompt(context) && shape.sessionInputs.length > 0 && !hasBegun;
  if (asks) {
    // messages are typed later, turn by turn
    const said = { [shape.message]: userMessage(""), ...(shape.history !== undefined && { [shape.history]: [] }) };
    conversation = talk(
      withoutSaid(await askedInputs(found, { schema, given: { ...given, ...said } }), Object.keys(said)),
    );
  }
  const turns = new Turns(context, { flow, conversation, live, debug: isDebug(flags) });
  const endWatch = live && process.platform !== "win32" ? watchBusy() : () => undefined;
  // between a line and its turn there is nothing to stop, and nothing that may end
  const unheard = () => undefined;
  if (live) process.on("SIGINT", unheard);
  try {
    if (message !== undefined) return await turns.take(message);
    if (!live) return await takeAll(pipedLines(), turns);
    out.note(out.colors.dim(`${found.name}, session ${session}. Ctrl+C stops a reply, Ctrl+D ends the chat.`));
    await turns.goOn();
    return await takeAll(
      terminalLines("you: ", (line) => out.note(line)),
      turns,
    );
  } finally {
    endWatch();
    process.off("SIGINT", unheard);
    const named = flags.session !== undefined && !live;
    if (out.mode === "text" && !named)
      out.note(out.colors.dim(`To go on: ${again("chat", target, "--session", session)}`));
  }
}

/** @throws {FlowError} CHAT_FLOW_INVALID – it is no chat flow; the hint says how it would become one */
async function shapeOf({ name, flowClass }: FoundFlow, root: string) {
  const { chatShape } = await importFor<typeof import("@millrace/server")>(root, "@millrace/server");
  const shape = chatShape(flowClass);
  if ("message" in shape) return shape;
  throw new FlowError("CHAT_FLOW_INVALID", `Flow "${name}" is no chat: ${shape.reason}.`, {
    hint: shape.hint,
    details: { flow: name },
  });
}

function withoutSaid(inputs: object | undefined, said: readonly string[]): object {
  return Object.fromEntries(Object.entries(inputs ?? {}).filter(([name]) => !said.includes(name)));
}

/** A script ends with the first turn that does not complete. */
async function takeAll(lines: TypedLines, turns: Turns): Promise<ExitCode> {
  for (let line = await lines.next(); line !== undefined; line = await lines.next()) {
    if (line.trim() === "") continue;
    const code = await turns.take(line);
    if (code !== exitCodes.completed) return code;
  }
  return exitCodes.completed;
}
