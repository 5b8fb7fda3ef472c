/** The commands that serve flows over HTTP, and what a server has been told to start. */
import { type Command, Option } from "commander";
import type { DevFlags } from "../commands/dev.js";
import { doing, examples } from "./doing.js";

const port = ["-p, --port <port>", "0: any that is free (MILLRACE_PORT, PORT) (default: 3000)"] as const;
const host = ["--host <address>", "where to listen (MILLRACE_HOST) (default: 127.0.0.1)"] as const;
const files = ["[files...]", "files, folders, globs or names (default: those of the config)"] as const;

export function addServerCommands(program: Command): void {
  program
    .command("serve")
    .summary("serve flows over HTTP")
    .description(
      "Serves flows over HTTP, and starts what is scheduled, until SIGTERM or Ctrl+C: then what runs comes to a commit, and the next server goes on with it. Keys: MILLRACE_KEYS, with commas, or the config's `server.auth`.",
    )
    .argument(...files)
    .option(...port)
    .option(...host)
    .option("--open-to-all", "listen on an address that others reach, though nobody is asked who they are")
    .addOption(new Option("--dev").hideHelp())
    .addHelpText("after", examples("serve", "serve src/flows --port 8080"))
    .action(doing(async () => (await import("../commands/serve.js")).serve));

  program
    .command("dev")
    .summary("serve flows, anew after each change of a file")
    .description(
      "Serves flows like `serve`, and starts the server again when a file of the project changes. Runs that were under way go on in the new one; where a file is broken, its mend is waited for.",
    )
    .argument(...files)
    .option(...port)
    .option(...host)
    .addHelpText("after", examples("dev", "dev flows/chat.ts --port 8080"))
    .action(async (targets: readonly string[], _flags: unknown, command: Command) => {
      const { dev } = await import("../commands/dev.js");
      await dev(targets, command.optsWithGlobals<DevFlags>());
    });

  program
    .command("schedules")
    .summary("list what is started when")
    .description("Lists the schedules that servers start runs by.")
    .option("--flow <name>", "of this flow")
    .option("-n, --limit <count>", "at most so many (default: 100)")
    .option("--after <cursor>", "go on after a page")
    .addHelpText("after", examples("schedules", "schedules --json | jq '.schedules[].nextDue'"))
    .action(doing(async () => (await import("../commands/schedules.js")).schedules));
}
