/** The commands about flows, not their runs. */
import { type Command, Option } from "commander";
import { doing, examples } from "./doing.js";

export function addFlowCommands(program: Command): void {
  program
    .command("plot")
    .summary("draw a flow")
    .description("Draws a flow, on standard output or into a file.")
    .argument("<flow>", "a file (file#Export where it has several flows) or a flow's name")
    .addOption(new Option("-f, --format <format>", "how").choices(["mermaid", "json"]).default("mermaid"))
    .option("-o, --out <file>", "write it to a file")
    .addHelpText("after", examples("plot hello.ts", "plot hello.ts --out hello.mmd"))
    .action(doing(async () => (await import("../commands/plot.js")).plot));

  program
    .command("validate")
    .summary("check flows, without running them")
    .description(
      "Compiles flows and tells all that is wrong with them, a line for each problem. Without files: those of the config.",
    )
    .argument("[files...]", "files, file#Export, or names of flows")
    .option("--strict", "also ask for declared routes wherever a loop or an `or` depends on guessed ones")
    .addHelpText("after", examples("validate", "validate src/flows/*.ts --strict"))
    .action(doing(async () => (await import("../commands/validate.js")).validate));

  program
    .command("schema")
    .summary("print what a flow takes, as JSON Schema")
    .description("Prints the JSON Schema of a flow's inputs.")
    .argument("<flow>", "a file (file#Export where it has several flows) or a flow's name")
    .addHelpText("after", examples("schema hello.ts"))
    .action(doing(async () => (await import("../commands/schema.js")).schema));
}
