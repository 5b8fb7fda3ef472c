/** The commands that look after a project and a shell. */
import { Argument, type Command } from "commander";
import type { GlobalFlags } from "../commands/context.js";
import { examples } from "./doing.js";

export function addProjectCommands(program: Command): void {
  program
    .command("init")
    .summary("add a flow, a test and a config to the project here")
    .description(
      "Adds a first flow with its test, a config, scripts and packages to a project. Nothing is written over.",
    )
    .argument("[folder]", "the project's folder", ".")
    .option("--no-install", "write the files, install nothing")
    .addHelpText(
      "after",
      "\nExamples:\n  $ millrace init\n  $ npm create millrace@latest my-flows   a project of its own",
    )
    .action(async (folder: string, _flags: unknown, command: Command) => {
      const { init } = await import("../commands/init.js");
      await init(folder, command.optsWithGlobals());
    });

  program
    .command("doctor")
    .summary("find out what is wrong with a project")
    .description(
      "Looks at Node, packages, TypeScript, config, flows and database, and tells the way out. Ends with 1 if something fails.",
    )
    .addHelpText("after", examples("doctor", "doctor --json"))
    .action(async (_flags: unknown, command: Command) => {
      const { doctor } = await import("../commands/doctor.js");
      await doctor(command.optsWithGlobals<GlobalFlags>());
    });

  program
    .command("completion")
    .summary("print a script that completes commands, flows and run ids in a shell")
    .description("Prints a script for a shell, to be read when the shell starts.")
    .addArgument(new Argument("<shell>").choices(["bash", "zsh", "fish", "powershell"]))
    .addHelpText(
      "after",
      `
Examples:
  $ source <(millrace completion bash)       in ~/.bashrc
  $ source <(millrace completion zsh)        in ~/.zshrc
  $ millrace completion fish | source        in ~/.config/fish/config.fish
  > millrace completion powershell | Out-String | Invoke-Expression   in $PROFILE`,
    )
    .action(async (shell: string) => {
      if (shell === "bash") {
        const { bashScript } = await import("../completion/bash-script.js");
        process.stdout.write(bashScript);
        return;
      }
      const { script } = await import("@bomb.sh/tab");
      script(shell, "millrace", "millrace");
    });

  program
    .command("complete", { hidden: true })
    .argument("[words...]")
    .allowUnknownOption()
    .action(async (words: readonly string[]) => {
      const { completionLines } = await import("../completion/complete.js");
      process.stdout.write(await completionLines(program, words, process.cwd()), () => process.exit(0));
    });
}
