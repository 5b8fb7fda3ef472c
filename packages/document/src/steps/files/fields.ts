/** What reading and writing have in common. */
import { z } from "zod";
import type { StepContext, StepProblem } from "../../step-context.js";
import { folderProblem } from "./folder.js";
import { formats } from "./formats.js";

export const fileFields = {
  path: z.string().min(1).describe("The file, within `folder`: `reports/{{ input.day }}.csv`."),
  folder: z.string().min(1).default(".").describe("The folder that is not left, within the project."),
  format: z
    .enum(formats)
    .optional()
    .describe("The default goes by the file's extension: json, jsonl, csv, tsv; else text."),
  encoding: z.enum(["utf-8", "utf-16le", "latin1"]).default("utf-8"),
  delimiter: z.string().length(1).optional().describe("CSV: between fields. The default is a comma, in a .tsv a tab."),
  header: z.boolean().default(true).describe("CSV: the first line names the columns, and a row is an object."),
};

export function folderProblems(folder: string, context: StepContext): StepProblem[] {
  const message = folderProblem(context.root, folder);
  return message ? [{ path: ["folder"], message, hint: "Name a folder within the project." }] : [];
}
