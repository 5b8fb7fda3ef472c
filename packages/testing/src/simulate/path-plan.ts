/**
 * What makes a path: the choices where there were several, in order, and the crashes. As text it is what a failed simulation
 * prints, `"0.2.1!3+"`: the first, the third, the second of the choices, then always the first; a crash after the third commit.
 */
import { FlowError } from "millrace";
import type { CrashPlace } from "./crashable-store.js";

export interface Crash {
  /** Which commit of the path, from 1, those of earlier processes included. */
  readonly commit: number;
  readonly place: CrashPlace;
}

export interface PathPlan {
  readonly choices: readonly number[];
  readonly crashes: readonly Crash[];
}

export function pathText({ choices, crashes }: PathPlan): string {
  const last = choices.findLastIndex((choice) => choice > 0);
  const chosen = choices.slice(0, last + 1).join(".") || "0";
  return chosen + crashes.map(({ commit, place }) => `!${commit}${place === "before" ? "-" : "+"}`).join("");
}

/** @throws {FlowError} TEST_OPTION_INVALID – it is no such text */
export function readPath(text: string): PathPlan {
  if (typeof text !== "string" || !/^\d+(\.\d+)*(!\d+[+-])*$/.test(text)) {
    throw new FlowError("TEST_OPTION_INVALID", `\`replay\` is ${JSON.stringify(text)}, which is no path.`, {
      hint: 'Give the text that a failed simulation has printed, such as "0.2.1!3+".',
      details: { option: "replay", given: String(text) },
    });
  }
  const [chosen = "", ...crashes] = text.split("!");
  return {
    choices: chosen.split(".").map(Number),
    crashes: crashes.map((crash) => ({
      commit: Number(crash.slice(0, -1)),
      place: crash.endsWith("-") ? "before" : "after",
    })),
  };
}
