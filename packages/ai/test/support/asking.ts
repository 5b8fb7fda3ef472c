/** Runs a flow of one step that asks a model, and tells what came of it. */
import { type GenerateOptions, generate } from "@millrace/ai";
import { Flow, FlowError, type FlowLogger, type KickoffOptions, start } from "millrace";

export interface AskedOnce {
  readonly result?: any;
  readonly error?: FlowError;
  /** The chunks, in order. */
  readonly chunks: readonly any[];
  readonly usage: Readonly<Record<string, number>> | undefined;
}

export async function asking(
  options: GenerateOptions<any>,
  kickoff: KickoffOptions = {},
  flowOptions: { readonly logger?: FlowLogger } = {},
): Promise<AskedOnce> {
  class Asking extends Flow {
    @start() talk() {
      return generate(options as GenerateOptions<any, undefined> & { output?: undefined });
    }
  }
  const flow = new Asking(flowOptions);
  const chunks: unknown[] = [];
  flow.events.on("output.chunk", ({ chunk }) => chunks.push(chunk));
  try {
    const run = await flow.kickoff({}, kickoff);
    return { result: run.outputs.talk, chunks, usage: run.usage };
  } catch (error) {
    if (!FlowError.is(error)) throw error;
    return { error, chunks, usage: await flow.runs.usage(error.runId!) };
  }
}

/** What was streamed, by the types of its chunks; of equal neighbours one. */
export const typesOf = (chunks: readonly any[]): readonly string[] =>
  chunks.map(({ type }) => type as string).filter((type, i, all) => type !== all[i - 1]);

/** The texts of all deltas of a type, joined. */
export const deltasOf = (chunks: readonly any[], type: string): string =>
  chunks.flatMap((chunk) => (chunk.type === type ? [chunk.delta ?? chunk.inputTextDelta] : [])).join("");
