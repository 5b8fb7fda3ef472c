import { type Duration, durationMs, FlowError, type PruneOptions } from "millrace";
import { exitCodes } from "../../output/exit-codes.js";
import { storedRuns } from "../all-runs.js";
import type { CommandContext } from "../context.js";
import { operatorFlow } from "../operator-flow.js";
import { wholeNumber } from "./events.js";
import { statusesOf } from "./list.js";

export interface PruneFlags {
  readonly flow?: string;
  readonly olderThan?: string;
  readonly status?: readonly string[];
  readonly session?: string;
  readonly parent?: string;
  readonly keep?: string;
  readonly keepResults?: boolean;
  readonly dryRun?: boolean;
}

/** `millrace runs prune`: removes ended runs, of all flows or of one; `--keep` counts for each flow. */
export async function prune(context: CommandContext, flags: PruneFlags) {
  const { out, project } = context;
  const options = optionsOf(flags);
  const persistence = await project.persistence({ mustExist: true });
  const flows = new Set<string>();
  if (flags.flow !== undefined) flows.add(flags.flow);
  else
    for await (const { flow } of storedRuns(persistence, { status: ["completed", "failed", "cancelled"] }))
      flows.add(flow);
  const counted = { runs: 0, entries: 0, skipped: 0 };
  for (const name of flows) {
    const done = await (await operatorFlow(context, name)).runs.prune(options);
    counted.runs += done.runs;
    counted.entries += done.entries;
    counted.skipped += done.skipped;
  }
  out.object({ ok: true, ...counted, dryRun: flags.dryRun === true });
  if (out.mode === "text") out.write(`${counted.runs}\t${counted.entries}`);
  const verb = flags.dryRun ? "would be " : "";
  const what = flags.keepResults ? `journals of ${counted.runs} runs` : `${counted.runs} runs`;
  out.note(`${what} ${verb}removed, ${counted.entries} entries.`);
  if (counted.skipped > 0) out.note(`${counted.skipped} can't be read and were left.`);
  return exitCodes.completed;
}

function optionsOf({ olderThan, status, session, parent, keep, keepResults, dryRun }: PruneFlags): PruneOptions {
  if (![olderThan, status, session, parent, keep].some((flag) => flag !== undefined)) {
    throw new FlowError("CLI_USAGE_INVALID", "Nothing says which runs may go.", {
      hint: "Give at least one of --older-than, --keep, --status, --session, --parent; --dry-run counts only.",
    });
  }
  return {
    ...(olderThan !== undefined && { olderThan: durationMs(olderThan as Duration, "--older-than") }),
    ...(status && { status: statusesOf(status) as readonly ("completed" | "failed" | "cancelled")[] }),
    ...(session !== undefined && { session }),
    ...(parent !== undefined && { parent }),
    ...(keep !== undefined && { keep: wholeNumber(keep, "--keep") }),
    ...(keepResults && { keepResults }),
    ...(dryRun && { dryRun }),
  };
}
