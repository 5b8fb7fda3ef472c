/** The commands that begin runs or go on with them. */
import { type Command, Option } from "commander";
import { doing, examples, repeated } from "./doing.js";

const timeout = ["--timeout <duration>", 'how long the run may take from now on, as "30s" or "5m"'] as const;
const returnOnSleep = [
  "--return-on-sleep [duration]",
  "leave when nothing but sleeps is left (longer than the duration)",
] as const;
const flow = ["--flow <flow>", "the run's flow, where the project does not know it: a file or file#Export"] as const;
const id = "0199a4c2-7c1e-7d11-8c59-6d2a0b6f3c11";

export function addDriveCommands(program: Command): void {
  program
    .command("run")
    .summary("start a run of a flow and drive it until it rests")
    .description(
      "Starts a run of a flow and drives it until it completes or waits. Its output goes to standard output.",
    )
    .argument("<flow>", "a file (file#Export where it has several flows) or a flow's name")
    .option(
      "-i, --input <key=value>",
      "an input, typed by the flow's schema; a.b goes inward, twice makes a list",
      repeated,
    )
    .option("--inputs <json>", "all inputs: JSON, @file, or - for standard input")
    .option("--id <id>", "the run's id (default: a new one)")
    .option("--session <name>", "go on from the state that the session's newest run left")
    .addOption(
      new Option("--continue <id>", "go on from the state that this run left; an older one branches").conflicts(
        "session",
      ),
    )
    .option(...timeout)
    .option(...returnOnSleep)
    .addHelpText(
      "after",
      examples("run hello.ts --input name=Ada", "run src/flows.ts#Review --inputs @inputs.json --json"),
    )
    .action(doing(async () => (await import("../commands/run.js")).run));

  program
    .command("chat")
    .summary("talk with a chat flow")
    .description(
      "A conversation with a flow that takes a ChatMessage and answers one, each line a turn: typed at a terminal, or piped. Ctrl+C stops a reply, Ctrl+D ends the chat.",
    )
    .argument("<flow>", "a file (file#Export where it has several flows) or a flow's name")
    .option("-m, --message <text>", "say this alone, and end with the reply")
    .option("--session <name>", "which chat it is: one that is there goes on (default: a new one)")
    .option("-i, --input <key=value>", "what the flow takes beside messages, with a chat's first one", repeated)
    .option("--inputs <json>", "all of that: JSON, or @file")
    .addHelpText(
      "after",
      examples("chat support.ts", "chat support.yaml --session ada", 'chat support.ts -m "Where is order 7?"'),
    )
    .action(doing(async () => (await import("../commands/chat.js")).chat));

  program
    .command("resume")
    .summary("go on with a stored run")
    .description(
      "Goes on with a stored run where it stood: finished steps do not run again, a failed one is tried again.",
    )
    .argument("<id>", "the run's id")
    .option(...flow)
    .option(...timeout)
    .option(...returnOnSleep)
    .addHelpText("after", examples(`resume ${id}`))
    .action(doing(async () => (await import("../commands/resume.js")).resume));

  program
    .command("signal")
    .summary("send a signal to a run")
    .description("Stores a signal for a run, then drives the run on, unless another process does.")
    .argument("<id>", "the run's id")
    .argument("<name>", "the signal's name")
    .argument("[payload]", "JSON, @file, - for standard input, or text")
    .option("--signal-id <id>", "a second signal of the run with the same id is dropped")
    .option(...flow)
    .option(...returnOnSleep)
    .addHelpText("after", examples(`signal ${id} legal '{"approved":true}'`))
    .action(doing(async () => (await import("../commands/signal.js")).signal));

  program
    .command("answer")
    .summary("answer a question that a run waits with")
    .description("Answers an open question, then drives its run on, unless another process does.")
    .argument("<question-id>", "as `millrace questions` lists it")
    .argument(
      "[value]",
      "the answer, typed by the question's schema: text, a number, JSON, @file, - for standard input",
    )
    .option("-o, --outcome <outcome>", "of an approval: what is decided")
    .option("--feedback <value>", "of an approval: JSON or text that goes with the decision")
    .option(...flow)
    .option(...returnOnSleep)
    .addHelpText("after", examples("answer 4f1c… 42", "answer 4f1c… --outcome rejected --feedback 'too long'"))
    .action(doing(async () => (await import("../commands/answer.js")).answer));

  program
    .command("cancel")
    .summary("end a run")
    .description("Cancels a run; one that another process drives is ended there. It can be resumed.")
    .argument("<id>", "the run's id")
    .option("--reason <text>", "why, for the run's journal")
    .option(...flow)
    .addHelpText("after", examples(`cancel ${id} --reason "not needed any more"`))
    .action(doing(async () => (await import("../commands/cancel.js")).cancel));

  program
    .command("fork")
    .summary("make a new run from any position of another one")
    .description(
      "Makes a new run that begins where another one stood, and prints its id. It is driven only with --run.",
    )
    .argument("<id>", "the other run's id")
    .option("--at <position>", "an entry's number, or a step after whose call it is: 12, write, write#2 (default: now)")
    .option("-s, --state <key=value>", "what is to be different in its state, as --input of run", repeated)
    .option("--id <id>", "the new run's id (default: a new one)")
    .option("--run", "drive it at once")
    .option(...flow)
    .addHelpText("after", examples(`fork ${id} --at research --state topic=lakes --run`))
    .action(doing(async () => (await import("../commands/fork.js")).fork));

  program
    .command("recover")
    .summary("drive on what nobody drives any more")
    .description(
      "Drives on the runs whose process is gone, and those whose time has come: a sleep is over, a retry due, a deadline past.",
    )
    .option("--flow <flow>", "runs of this flow only: a name, a file or file#Export")
    .option(...returnOnSleep)
    .addHelpText("after", examples("recover", "recover --return-on-sleep 1m   # as a cron job"))
    .action(doing(async () => (await import("../commands/recover.js")).recover));
}
