/** A run whose elements note keys is killed in the middle of them: none that has committed is called again. */
import { expect, test } from "vitest";
import type { Command } from "./commands.js";
import { type Answer, type CrashLab, entriesIn, killedAfter, noneAgain } from "./harness.js";

export interface Killed {
  readonly flow: string;
  /** The steps that are called per element; what they return, or each of a batch, has the key that they noted. */
  readonly steps: readonly string[];
  /** In each of these lives the process is killed at this write of it. */
  readonly lives: readonly number[];
  /** How many runs are killed at random instants, four times each, within so many milliseconds of a process's start. */
  readonly rounds: number;
  readonly within: readonly [least: number, most: number];
  /** Whether what the run came to is what one comes to that nobody killed. */
  readonly whole: (answer: Answer, file: string, keys: readonly string[]) => void | Promise<void>;
}

export function survivesKills({ start, heir, place }: CrashLab, killed: Killed): void {
  const go = (file: string): Command => [killed.flow, "go", file, "run"];

  /** Keys of the elements that have committed; each but once. */
  async function committedKeys(file: string): Promise<string[]> {
    const keys = (await entriesIn(file)).flatMap((entry) =>
      entry.type === "completed" && killed.steps.includes(entry.step)
        ? [[entry.output as { key: string }].flat()[0]!.key]
        : [],
    );
    expect(new Set(keys).size).toBe(keys.length);
    return keys;
  }

  /** The life after all others. */
  async function finish(file: string, log: string): Promise<void> {
    const answer = await noneAgain(log, await committedKeys(file), () => heir(go(file), { CALL_LOG: log }));
    expect(answer.error).toBeUndefined();
    await killed.whole(answer, file, await committedKeys(file));
  }

  test("killed at writes all along the way, a run resumes to the same end", { timeout: 900_000 }, async () => {
    const file = place();
    const log = place("log");
    for (const [i, write] of killed.lives.entries()) {
      const KILL_AT = `${i % 2 === 0 ? "before" : "after"}:${write}`;
      const keys = await committedKeys(file);
      const life = await noneAgain(log, keys, () => start(go(file), { CALL_LOG: log, KILL_AT }).answer);
      if (life.killed) continue;
      // calls that end at the same time share a write: then it is through before the last of these lives
      expect(life.result?.status).toBe("completed");
      expect(i).toBeGreaterThan(3);
      break;
    }
    await finish(file, log);
  });

  test("killed at random instants, again and again", { timeout: 900_000 }, async () => {
    const [least, most] = killed.within;
    for (let round = 0; round < killed.rounds; round++) {
      const file = place();
      const log = place("log");
      for (let kills = 0; kills < 4; kills++) {
        const ms = least + Math.random() * (most - least);
        await noneAgain(log, await committedKeys(file), () => killedAfter(ms, start(go(file), { CALL_LOG: log })));
      }
      await finish(file, log);
    }
  });
}
