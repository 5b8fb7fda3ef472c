/** What a run is started with, as the command line tells it. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { describeThrown, FlowError, fromJson, type JsonSchema } from "millrace";
import { withPairs } from "./input-pairs.js";

export interface GivenInputs {
  /** `--input`, `key=value` each. */
  readonly pairs: readonly string[];
  /** `--inputs`: JSON, `@file`, or `-` for standard input. */
  readonly whole?: string | undefined;
}

/**
 * @returns undefined where nothing was given.
 * @throws {FlowError} CLI_USAGE_INVALID – it is no JSON object, or can't be read
 */
export async function readInputs(
  { pairs, whole }: GivenInputs,
  { cwd, schema }: { readonly cwd: string; readonly schema: JsonSchema | undefined },
): Promise<object | undefined> {
  if (pairs.length === 0 && whole === undefined) return undefined;
  const given = whole === undefined ? {} : await readJson(whole, { cwd, flag: "--inputs" });
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new FlowError("CLI_USAGE_INVALID", "--inputs is no JSON object.", {
      hint: `Write --inputs '{"topic":"rivers"}', @file.json, or - to read standard input.`,
    });
  }
  return fromJson(withPairs(given, pairs, schema), schema) as object;
}

/**
 * JSON given as text, as `@file`, or as `-` on standard input.
 * @throws {FlowError} CLI_USAGE_INVALID – it is no JSON, or can't be read
 */
export async function readJson(
  given: string,
  { cwd, flag }: { readonly cwd: string; readonly flag: string },
): Promise<unknown> {
  const source = given === "-" ? "standard input" : given.startsWith("@") ? given.slice(1) : flag;
  const json =
    given === "-" ? await text(process.stdin) : given.startsWith("@") ? readFile(resolve(cwd, source), flag) : given;
  try {
    return JSON.parse(json.replace(/^\uFEFF/, ""));
  } catch (error) {
    const { message } = describeThrown(error);
    throw new FlowError("CLI_USAGE_INVALID", `What ${source} holds can't be read as JSON: ${message}`, {
      hint:
        source === flag
          ? `In a shell, put JSON into single quotes: ${flag} '{"topic":"rivers"}'.`
          : "It must be one JSON value, in UTF-8.",
      cause: error,
    });
  }
}

function readFile(file: string, flag: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new FlowError("CLI_USAGE_INVALID", `${file} can't be read: ${describeThrown(error).message}`, {
      hint: `${flag} @file.json takes a file, from the folder where the command was started.`,
      cause: error,
    });
  }
}
