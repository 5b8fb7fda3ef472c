/** What was kept beside a run in its journal, in the order in which it was said. */
import type { RunRecord } from "../ports/index.js";
import type { Engine } from "./engine.js";
import { followJournal } from "./journal-news.js";

export interface AnnotationsOptions {
  /** The position in the journal up to which it has been read already. @default 0 */
  readonly after?: number;
  /** Waits for more until the run has come to rest, whoever drives it. @default false */
  readonly follow?: boolean;
  /** Aborting it ends the iteration. */
  readonly abortSignal?: AbortSignal;
}

export interface RunAnnotation {
  /** Of its entry in the journal. */
  readonly position: number;
  readonly value: unknown;
}

const pageSize = 1000;

/** @throws {FlowError} as `Runs.annotations` */
export async function* annotationsOf(
  engine: Engine,
  id: string,
  { after = 0, follow = false, abortSignal }: AnnotationsOptions,
): AsyncGenerator<RunAnnotation, void, undefined> {
  const { persistence } = engine;
  let read = after;
  await engine.own(id);
  const follower = follow ? followJournal(engine, id) : undefined;
  const stop = () => follower?.close();
  abortSignal?.addEventListener("abort", stop);
  try {
    for (;;) {
      const record: RunRecord | undefined = follower && (await persistence.get(id));
      const rows = await persistence.history(id, { after: read, limit: pageSize, withoutState: true });
      for (const { seq, entry } of rows) {
        if (abortSignal?.aborted) return;
        read = seq;
        if (entry.type === "annotated") yield { position: seq, value: entry.value };
      }
      if (abortSignal?.aborted) return;
      if (rows.length === pageSize) continue;
      if (!follower || !record || record.status !== "running") return;
      await follower.next();
    }
  } finally {
    abortSignal?.removeEventListener("abort", stop);
    stop();
  }
}
