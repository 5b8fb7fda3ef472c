/** Flows of several files, gathered one after another: what is wrong with one of them does not hide the others. */
import { FlowError } from "millrace";
import type { FileFlows, FoundFlow } from "./flows-of-file.js";

/** What kept a file, or a flow of it, from being loaded. */
export interface FlowFailure {
  readonly error: FlowError;
  /** Absolute; absent where it is not known, or nothing is wrong with one file alone. */
  readonly file?: string;
  readonly exportName?: string;
}

export interface FoundFlows {
  readonly flows: readonly FoundFlow[];
  readonly failures: readonly FlowFailure[];
}

export class FlowCollection implements FoundFlows {
  readonly flows: FoundFlow[] = [];
  readonly failures: FlowFailure[] = [];

  /** @param from Whatever `load` throws is told of. */
  async add(from: Pick<FlowFailure, "file">, load: () => Promise<FileFlows>): Promise<void> {
    try {
      const { flows, broken } = await load();
      for (const flow of flows) if (!this.flows.some((one) => one.flowClass === flow.flowClass)) this.flows.push(flow);
      for (const { exportName, error } of broken) this.#fail(error, { ...from, exportName });
    } catch (error) {
      this.#fail(error, from);
    }
  }

  /** Undefined: it failed, which is told of. */
  async attempt<T>(body: () => Promise<T>): Promise<T | undefined> {
    try {
      return await body();
    } catch (error) {
      this.#fail(error, {});
      return undefined;
    }
  }

  #fail(error: unknown, from: Omit<FlowFailure, "error">): void {
    if (!FlowError.is(error)) throw error;
    this.failures.push({ ...from, error });
  }
}
