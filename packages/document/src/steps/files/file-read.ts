import { z } from "zod";
import { defineStepType } from "../../step-type.js";
import { checkedAs } from "../checked-as.js";
import { checkType } from "../checks.js";
import { coerced } from "../decode/coerced.js";
import { shown } from "../step-error.js";
import { failed } from "./failures.js";
import { fileFields, folderProblems } from "./fields.js";
import { folderIn, placeIn } from "./folder.js";
import { delimiterOf, formatOf, parseText } from "./formats.js";
import { readUpTo } from "./read-file.js";
import { UnreadableFile } from "./unreadable-file.js";

/** A file of the project → what stands in it. */
export const fileRead = defineStepType({
  type: "file-read",
  description: "Reads a file: text, JSON, JSON lines or CSV.",
  config: z.strictObject({
    ...fileFields,
    as: z
      .unknown()
      .optional()
      .describe("The type of what is read: `list[Person]`. What loses nothing by it is converted."),
    maxBytes: z.int().min(0).max(1_000_000_000).default(10_000_000).describe("How large the file may be."),
  }),
  templates: ["path"],
  output({ as, format, path }, context) {
    const found = as === undefined ? undefined : context.type(as);
    if (found) return "schema" in found ? found.schema : undefined;
    const kind = format ?? (path.includes("{{") ? undefined : formatOf(path, undefined));
    if (kind === "text") return z.string();
    return kind === "csv" || kind === "jsonl" ? z.array(z.unknown()) : undefined;
  },
  check: ({ as, folder }, context) => [...checkType(["as"], as, context), ...folderProblems(folder, context)],
  async run({ config, tools, project }) {
    const { path, as, header } = config;
    const place = await placeIn(project.root, config.folder, path);
    const base = await folderIn(project.root, config.folder);
    const bytes = await readUpTo(place, { base, path, maxBytes: config.maxBytes });
    const format = formatOf(path, config.format);
    if (format === "bytes") return new Uint8Array(bytes);
    const text = decoded(bytes, path, config.encoding);
    let value: unknown;
    try {
      const csv = { delimiter: delimiterOf(path, config.delimiter), header, signal: tools.call.abortSignal };
      value = await parseText(text, format, csv);
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      throw failed(
        `${shown(path)} can't be read as ${format}. ${error.message}`,
        "Correct the file, or name its `format`.",
      );
    }
    if (as === undefined) return value;
    const schema = project.type(as);
    return checkedAs(coerced(value, schema), schema, { code: "STEP_VALUE_INVALID", what: `What ${shown(path)} holds` });
  },
});

/** Without the mark that says how it is written. What would come back as other signs is refused. */
function decoded(bytes: Uint8Array, path: string, encoding: string): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    const hint = "Name its `encoding`, utf-16le or latin1, or read it as `format: bytes`.";
    throw failed(`${shown(path)} is no text of ${encoding}`, hint);
  }
}
