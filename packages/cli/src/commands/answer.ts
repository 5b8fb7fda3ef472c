import { decisionField, FlowError, type JsonSchema, nearest, type Question, schemaAlternatives } from "millrace";
import { readJson } from "../inputs/read-inputs.js";
import { typedText } from "../inputs/typed-text.js";
import type { ExitCode } from "../output/exit-codes.js";
import { flowByName } from "../project/find-flow.js";
import type { CommandContext } from "./context.js";
import { drive, instanceOf } from "./drive.js";
import { jsonOrText } from "./json-or-text.js";
import { recordOf } from "./resume.js";
import { driveFlags } from "./run.js";

export interface AnswerFlags {
  readonly outcome?: string;
  readonly feedback?: string;
  readonly flow?: string;
  readonly returnOnSleep?: boolean | string;
}

/** `millrace answer`: answers a question, and drives its run on unless somebody else does. */
export async function answer(
  context: CommandContext,
  ...[id, value, flags]: [id: string, value: string | undefined, flags: AnswerFlags]
): Promise<ExitCode> {
  const how = driveFlags(flags);
  const persistence = await context.project.persistence({ mustExist: true });
  const [question] = (await persistence.questions({ id })).questions;
  if (!question) throw notOpen(id, context);
  const given = await answerTo(question, { value, flags, cwd: context.project.cwd });
  // the outermost run drives those that it has started
  const top = await outermost(context, question.runId);
  const flow = await instanceOf(context, await flowByName(context.project, top, flags.flow));
  return drive(context, flow, ({ stopSignal }) =>
    flow.runs.answer(id, given, { ...how, ...(stopSignal && { stopSignal }) }),
  );
}

interface Given {
  readonly value: string | undefined;
  readonly flags: AnswerFlags;
  readonly cwd: string;
}

/** @throws {FlowError} CLI_USAGE_INVALID – what is given answers another kind of question */
async function answerTo(question: Question, { value, flags, cwd }: Given): Promise<unknown> {
  const { id, outcomes, schema, prompt } = question;
  const outcome = flags.outcome ?? (outcomes && value);
  if (outcomes) {
    const choices = outcomes.join(", ");
    if (outcome === undefined)
      throw usage(`"${id}" asks for a decision: ${prompt}`, `Give --outcome, one of: ${choices}.`);
    if (!outcomes.includes(outcome)) {
      const meant = nearest(outcome, outcomes);
      throw usage(
        `"${outcome}" is no outcome of "${id}".`,
        meant === undefined ? `There are: ${choices}.` : `Did you mean "${meant}"?`,
      );
    }
    return { outcome, ...(flags.feedback !== undefined && { feedback: await jsonOrText(flags.feedback, cwd) }) };
  }
  if (flags.outcome !== undefined || flags.feedback !== undefined)
    throw usage(`"${id}" asks for a value, not for an outcome: ${prompt}`, `Write: millrace answer ${id} <value>`);
  if (value === undefined) throw usage(`"${id}" asks: ${prompt}`, "Give the answer as the last argument.");
  if (value === "-" || value.startsWith("@")) return readJson(value, { cwd, flag: "the answer" });
  return typedAnswer(value, schema as JsonSchema);
}

/** A decision alone will do where nothing else must be said: `yes` for a tool that waits for approval. */
function typedAnswer(text: string, asked: JsonSchema): unknown {
  const field = /^\s*\{/.test(text) ? undefined : decisionField(asked);
  const schemas = schemaAlternatives(field === undefined ? asked : asked.properties![field], asked);
  const isDecision = field !== undefined && schemas.every(({ type }) => type === "boolean");
  const word = isDecision ? /^(?:(y|yes)|n|no)$/i.exec(text) : null;
  return word ? word[1] !== undefined : typedText(text, schemas);
}

/** The flow of the run that a run is inside of. */
async function outermost(context: CommandContext, id: string): Promise<string> {
  const { parent, flow } = await recordOf(context, id);
  return parent === undefined ? flow : outermost(context, parent);
}

const usage = (message: string, hint: string) => new FlowError("CLI_USAGE_INVALID", message, { hint });

function notOpen(id: string, { again }: CommandContext): FlowError {
  return new FlowError("QUESTION_CLOSED", `No question "${id}" is open.`, {
    hint: `It was answered, its time was up, or there was none: \`${again("questions")}\` lists those that are open.`,
  });
}
