/** The commands about flows, not their runs. */
import { type Command, Option } from "commander";
import { doing, examples } from "./doing.js";

const formats = ["mermaid", "json", "svg", "html"];
const id = "0199a4c2-7c1e-7d11-8c59-6d2a0b6f3c11";

export function addFlowCommands(program: Command): void {
  program
    .command("plot")
    .summary("draw a flow, or what a run has done")
    .description("Draws a flow, on standard output or into a file.")
    .argument("[flow]", "a file (file#Export where it has several flows) or a flow's name; with --run, that run's")
    .addOption(
      new Option("-f, --format <format>", "how (default: by the file's extension, or mermaid)").choices(formats),
    )
    .option("-o, --out <file>", "write it to a file")
    .option("--run <id>", "lay over it what this run has done (svg and html)")
    .option("--open", "open it in the browser")
    .addHelpText("after", examples("plot hello.ts", "plot hello.ts --out hello.html", `plot --run ${id} --open`))
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
    .summary("print what a flow takes, or what documents hold, as JSON Schema")
    .description(
      "Prints the JSON Schema of a flow's inputs; without a flow that of documents, for editors to complete and check by.",
    )
    .argument("[flow]", "a file (file#Export where it has several flows) or a flow's name")
    .addHelpText("after", examples("schema hello.ts", "schema > millrace.schema.json"))
    .action(doing(async () => (await import("../commands/schema.js")).schema));

  program
    .command("convert")
    .summary("make document tools of a module's functions, or a class of a document")
    .description(
      "A document becomes TypeScript: a class for each of its flows, with the same plan. A module becomes the `tools:` of a document: one for each function that it exports. Runs nothing of either.",
    )
    .argument("<file>", "a document (.yaml, .yml, .json), or a TypeScript or JavaScript module")
    .option("-o, --out <file>", "write it to a file: .ts or .mts for classes, .yaml or .yml for tools")
    .option(
      "--import <type=module#export>",
      "where a step type of your own is imported from, path from the project's folder (repeatable)",
      (one: string, before: readonly string[] = []) => [...before, one],
    )
    .addHelpText(
      "after",
      examples("convert src/search.ts --out flows/tools.yaml", "convert flows/review.yaml --out flows/review.ts"),
    )
    .action(doing(async () => (await import("../commands/convert.js")).convert));
}
