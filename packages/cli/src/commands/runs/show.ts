import { type FlowPersistence, type JournalEntry, type RunRecord, toJson, type Usage, type WaitingFor } from "millrace";
import { exitCodes } from "../../output/exit-codes.js";
import { oneLine, when } from "../../output/table.js";
import { usageText } from "../../terminal/usage-text.js";
import type { CommandContext } from "../context.js";
import { operatorFlow } from "../operator-flow.js";
import { recordOf } from "../resume.js";
import { waitingLines } from "../waiting-lines.js";

/** `millrace runs show`: one stored run, with how it ended and what it waits for. */
export async function show(context: CommandContext, id: string) {
  const { out, project } = context;
  const record = await recordOf(context, id);
  const end = await endOf(await project.persistence(), record);
  const { output, error } = end ?? {};
  const usage = await usageOf(context, record);
  out.object({ ok: true, run: record, ...(end && { output: output ?? null }), ...(error && { error }), usage });
  if (out.mode !== "text") return exitCodes.completed;
  const facts: readonly (readonly [string, unknown])[] = [
    ["run", record.id],
    ["flow", record.flow],
    ["version", record.version],
    ["status", record.status === "running" && !record.owned ? "running (nobody drives it)" : record.status],
    ["created", when(record.createdAt)],
    ["updated", when(record.updatedAt)],
    ["entries", record.position],
    ["session", record.session],
    ["parent", record.parent],
    ["forked from", record.forkedFrom && `${record.forkedFrom.run} at ${record.forkedFrom.position}`],
    ["usage", usage && usageText(usage, Number.POSITIVE_INFINITY)],
    ["output", output === undefined ? undefined : JSON.stringify(toJson(output))],
    ["error", error && `${error.code} ${error.message}`],
  ];
  for (const [name, value] of facts) if (value !== undefined && value !== null) out.write(`${name}\t${oneLine(value)}`);
  const waitingFor = record.status === "waiting" ? ((record.waitingFor ?? []) as readonly WaitingFor[]) : [];
  if (waitingFor.length > 0) for (const line of await waitingLines({ id, waitingFor }, context)) out.note(line);
  else if (record.status !== "completed" && !record.owned) out.note(`To go on: ${context.again("resume", id)}`);
  return exitCodes.completed;
}

/** Undefined: nothing, or the run is damaged: what is known of it is shown all the same. */
async function usageOf(context: CommandContext, { id, flow }: RunRecord): Promise<Usage | undefined> {
  try {
    const used = await (await operatorFlow(context, flow)).runs.usage(id);
    return Object.keys(used).length > 0 ? used : undefined;
  } catch {
    return undefined;
  }
}

type Ended = Extract<JournalEntry, { type: "ended" }>;

/** The last entry of a run that has ended. */
async function endOf(persistence: FlowPersistence, { id, position }: RunRecord): Promise<Ended | undefined> {
  const [last] = await persistence.history(id, { after: position - 1 });
  return last?.entry.type === "ended" ? last.entry : undefined;
}
