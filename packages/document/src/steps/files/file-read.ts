import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { z } from "zod";
import { defineStepType } from "../../step-type.js";
import { checkedAs } from "../checked-as.js";
import { checkType } from "../checks.js";
import { coerced } from "../decode/coerced.js";
import { shown, stepError } from "../step-error.js";
import { fileFields, folderProblems } from "./fields.js";
import { placeIn } from "./folder.js";
import { delimiterOf, formatOf, parseText, UnreadableFile } from "./formats.js";

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
  async run({ config, project }) {
    const { path, as, header } = config;
    const place = await placeIn(project.root, config.folder, path);
    const bytes = await readUpTo(place, path, config.maxBytes);
    const format = formatOf(path, config.format);
    if (format === "bytes") return new Uint8Array(bytes);
    const text = new TextDecoder(config.encoding, { ignoreBOM: true }).decode(bytes);
    let value: unknown;
    try {
      value = await parseText(text, format, { delimiter: delimiterOf(path, config.delimiter), header });
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

async function readUpTo(place: string, path: string, maxBytes: number): Promise<Uint8Array> {
  // Not by a link that was put there meanwhile; and a pipe would be waited for for ever.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(place, flags);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ELOOP") throw unreadable(path, error);
    file = await open(await placeOfLink(place), flags & ~(constants.O_NOFOLLOW ?? 0));
  }
  try {
    const { size } = await file.stat().then((stat) => {
      if (stat.isFile()) return stat;
      throw failed(`${shown(path)} is no ordinary file`, "Name a file.");
    });
    if (size > maxBytes)
      throw failed(`${shown(path)} is larger than ${maxBytes} bytes`, "Raise `maxBytes` where that is meant.");
    return await file.readFile();
  } catch (error) {
    throw isErrno(error) ? unreadable(path, error) : error;
  } finally {
    await file.close();
  }
}

const isErrno = (error: unknown) => error instanceof Error && "errno" in error;

/** A link inside of its folder, to a file inside of it: that it does not lead out, `placeIn` has seen. */
async function placeOfLink(place: string): Promise<string> {
  const { realpath } = await import("node:fs/promises");
  return await realpath(place);
}

function unreadable(path: string, error: unknown) {
  const { code, message } = error as NodeJS.ErrnoException;
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: "is not there",
    EISDIR: "is a folder",
    EACCES: "may not be read",
    ENOTDIR: "is not there: a part of its path is no folder",
  };
  return failed(`${shown(path)} ${reasons[code ?? ""] ?? `can't be read: ${message}`}`, "Check `folder` and `path`.");
}

const failed = (what: string, hint: string) => stepError("STEP_FILE_FAILED", `${what}.`, { hint });
