/** The commands that look at stored runs. They load no code of the project. */
import type { Command } from "commander";
import { doing, examples, repeated } from "./doing.js";

const id = "0199a4c2-7c1e-7d11-8c59-6d2a0b6f3c11";

export function addStoredCommands(program: Command): void {
  const runs = program
    .command("runs")
    .summary("look at stored runs: list, show, events, state, prune")
    .description("Looks at stored runs.");

  runs
    .command("list")
    .summary("list stored runs, newest first")
    .description("Lists stored runs, newest first: a table on a terminal, tab-separated lines in a pipe.")
    .option("--flow <name>", "of this flow")
    .option("--status <status>", "running, waiting, completed, failed, cancelled; may be given again", repeated)
    .option("--session <name>", "of this session")
    .option("--parent <id>", "started by steps of this run")
    .option("-n, --limit <count>", "at most so many (default: 20)")
    .option("--before <cursor>", "go on after a page")
    .addHelpText("after", examples("runs list --status failed,waiting", "runs list --json | jq -r '.runs[].id'"))
    .action(doing(async () => (await import("../commands/runs/list.js")).list));

  runs
    .command("show")
    .summary("show one stored run")
    .description("Shows one stored run: how it stands, what came of it, what it waits for.")
    .argument("<id>", "the run's id")
    .addHelpText("after", examples(`runs show ${id}`))
    .action(doing(async () => (await import("../commands/runs/show.js")).show));

  runs
    .command("events")
    .summary("show a run's journal")
    .description("Shows a run's journal, a line for each entry.")
    .argument("<id>", "the run's id")
    .option("--after <number>", "only entries after this one")
    .option("-n, --limit <count>", "at most so many")
    .option("-f, --follow", "also what comes, until the run has ended")
    .addHelpText("after", examples(`runs events ${id} --follow`))
    .action(doing(async () => (await import("../commands/runs/events.js")).events));

  runs
    .command("state")
    .summary("show a run's state, of any moment")
    .description("Prints the state of a stored run, as it is now or was after an entry of its journal.")
    .argument("<id>", "the run's id")
    .option("--at <position>", "an entry's number, or a step after whose call it is: 12, write, write#2 (default: now)")
    .addHelpText("after", examples(`runs state ${id} --at write#2`))
    .action(doing(async () => (await import("../commands/runs/state.js")).state));

  runs
    .command("prune")
    .summary("remove runs that have ended")
    .description(
      "Removes runs that have ended, with their journals; prints how many runs and entries. Never those that run or wait, and never a session's newest run.",
    )
    .option("--older-than <duration>", 'that ended longer ago, as "30d"')
    .option("--status <status>", "completed, failed, cancelled; may be given again (default: all three)", repeated)
    .option("--flow <name>", "of this flow")
    .option("--session <name>", "of this session")
    .option("--parent <id>", "started by steps of this run")
    .option("--keep <count>", "so many of the newest of each flow stay")
    .option("--keep-results", "only journals go: results and states stay")
    .option("--dry-run", "count, and remove nothing")
    .addHelpText("after", examples("runs prune --older-than 30d --status completed --dry-run"))
    .action(doing(async () => (await import("../commands/runs/prune.js")).prune));

  program
    .command("questions")
    .summary("list what people are asked")
    .description("Lists the open questions of all runs, oldest first.")
    .option("--flow <name>", "of this flow")
    .option("--run <id>", "of this run")
    .option("-n, --limit <count>", "at most so many (default: 100)")
    .option("--after <cursor>", "go on after a page")
    .addHelpText("after", examples("questions", "questions --json | jq -r '.questions[0].id'"))
    .action(doing(async () => (await import("../commands/questions.js")).questions));
}
