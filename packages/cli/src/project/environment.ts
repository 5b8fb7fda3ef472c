import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";

/** What a `.env` file says, put into the environment where that has nothing; a file that is not there says nothing. */
export function loadEnvFile(file: string): void {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return;
  }
  setMissing(parseEnv(text.replace(/^\uFEFF/, "")));
}

/** Sets variables that the environment does not have. */
export function setMissing(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value !== undefined) process.env[name] ??= value;
  }
}
