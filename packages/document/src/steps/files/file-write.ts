import { z } from "zod";
import { defineStepType } from "../../step-type.js";
import { shown } from "../step-error.js";
import { failed, isErrno, reasonOf } from "./failures.js";
import { fileFields, folderProblems } from "./fields.js";
import { placeIn } from "./folder.js";
import { delimiterOf, formatOf, printText } from "./formats.js";
import { replaceFile } from "./replace-file.js";
import { UnreadableFile } from "./unreadable-file.js";

/** A value → a file of the project, whole or not at all. */
export const fileWrite = defineStepType({
  type: "file-write",
  cache: false,
  description: "Writes a file in place of what was there: text, JSON, JSON lines or CSV. Whole, or not at all.",
  config: z.strictObject({
    ...fileFields,
    content: z.unknown().describe("What is written; JSON lines and CSV take a list."),
  }),
  templates: ["path", "content"],
  output: () => z.object({ path: z.string(), bytes: z.number() }),
  check: ({ folder }, context) => folderProblems(folder, context),
  async run({ config, tools, project }) {
    const { path, content, header } = config;
    const place = await placeIn(project.root, config.folder, path);
    const format = formatOf(path, config.format);
    const csv = { delimiter: delimiterOf(path, config.delimiter), header };
    const bytes = await bytesOf(content, { path, format, csv, encoding: config.encoding });
    await replaceFile(place, bytes, tools.call.idempotencyKey).catch((error: Error) => {
      const reason = isErrno(error) ? reasonOf(error, "written") : `can't be written: ${error.message}`;
      throw failed(`${shown(path)} ${reason}`, hint);
    });
    return { path, bytes: bytes.byteLength };
  },
});

interface Printing {
  readonly path: string;
  readonly format: Parameters<typeof printText>[1];
  readonly csv: Parameters<typeof printText>[2];
  readonly encoding: "utf-8" | "utf-16le" | "latin1";
}

async function bytesOf(content: unknown, { path, format, csv, encoding }: Printing): Promise<Uint8Array> {
  if (content instanceof Uint8Array) return content;
  try {
    const text = await printText(content, format === "bytes" ? "text" : format, csv);
    return Buffer.from(text, encoding);
  } catch (error) {
    if (error instanceof UnreadableFile) throw failed(`${shown(path)} can't be written. ${error.message}`, hint);
    throw error;
  }
}

const hint = "Check `folder`, `path` and what `content` refers to.";
