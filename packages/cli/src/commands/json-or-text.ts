import { readJson } from "../inputs/read-inputs.js";

/** A value from the command line: `@file` and `-` are read as JSON; all else is JSON where it can be, or else text. */
export async function jsonOrText(given: string, cwd: string): Promise<unknown> {
  if (given === "-" || given.startsWith("@")) return readJson(given, { cwd, flag: "the payload" });
  try {
    return JSON.parse(given);
  } catch {
    return given;
  }
}
