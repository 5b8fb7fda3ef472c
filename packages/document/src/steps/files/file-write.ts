import { createHash } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { defineStepType } from "../../step-type.js";
import { shown, stepError } from "../step-error.js";
import { fileFields, folderProblems } from "./fields.js";
import { placeIn } from "./folder.js";
import { delimiterOf, formatOf, printText, UnreadableFile } from "./formats.js";

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
    await replace(place, bytes, tools.call.idempotencyKey).catch((error: unknown) => {
      throw failed(`${shown(path)} can't be written: ${(error as Error).message}`);
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
    if (error instanceof UnreadableFile) throw failed(`${shown(path)} can't be written. ${error.message}`);
    throw error;
  }
}

/**
 * A file beside it is written and takes its place: a reader finds the old content or the new one. It is named by the call, so that
 * one that was killed leaves nothing that the next attempt does not write over.
 */
async function replace(place: string, bytes: Uint8Array, key: string): Promise<void> {
  await mkdir(dirname(place), { recursive: true });
  const mark = createHash("sha256").update(key).digest("hex").slice(0, 12);
  const draft = join(dirname(place), `.${basename(place).slice(0, 100)}.${mark}.tmp`);
  await rm(draft, { force: true });
  // Exclusively: a link that somebody put there would be followed.
  const file = await open(draft, "wx");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  await rename(draft, place);
}

const failed = (what: string) =>
  stepError("STEP_FILE_FAILED", `${what}.`, { hint: "Check `folder`, `path` and what `content` refers to." });
