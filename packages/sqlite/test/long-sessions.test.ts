import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Flow, start } from "millrace";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { SqlitePersistence } from "../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "millrace-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

class Talk extends Flow<typeof Talk> {
  static inputs = z.object({ said: z.string() });
  static state = z.object({ history: z.array(z.object({ role: z.string(), content: z.string() })).default([]) });

  @start() answer({ said }: { said: string }) {
    this.state.history.push({ role: "user", content: said });
  }
}

const turns = 150;
/** About two kilobytes, all different. */
const said = (turn: number) =>
  Array.from({ length: 180 }, (_, i) => (turn * 1009 + i * 7919).toString(36))
    .join("-")
    .repeat(2);
const toldBy = (turn: number) => Array.from({ length: turn + 1 }, (_, i) => ({ role: "user", content: said(i) }));

test("a session's turns take room for what they say, not for what was said before; whatever goes, the others stand", {
  timeout: 120_000,
}, async () => {
  const file = join(folder, "talk.db");
  const first = new SqlitePersistence(file);
  let bytes = 0;
  for (let turn = 0; turn < turns; turn++) {
    bytes += said(turn).length;
    await new Talk({ persistence: first }).continue("s", { said: said(turn) }, { id: `t${turn}` });
  }
  first.close();
  // inputs, patch, state: three times, and the part of the state that is written anew each turn
  expect(statSync(file).size).toBeLessThan(bytes * 8);

  const persistence = new SqlitePersistence(file);
  const flow = new Talk({ persistence });
  const { runs } = flow;
  expect(await runs.inputs("t77")).toEqual({ said: said(77) });
  expect((await runs.stateAt("t77", 1)).history).toEqual(toldBy(76));
  expect((await runs.stateAt("t77")).history).toEqual(toldBy(77));
  const fork = await runs.fork("t100", { at: 1 });
  await runs.prune({ session: "s", keep: 60 });
  expect(await runs.get("t80")).toBeUndefined();
  expect((await flow.resume(fork.id)).state.history).toEqual(toldBy(100));

  const branch = await flow.continue("s", { said: said(121) }, { from: "t120" });
  expect(branch.state.history).toEqual(toldBy(121));
  expect(await runs.prune({ session: "s", keepResults: true })).toMatchObject({ skipped: 0 });
  const next = await flow.continue("s", { said: said(122) });
  await runs.prune({ session: "s", olderThan: 0 });
  while (persistence.tidy());
  persistence.close();

  const later = new Talk({ persistence: new SqlitePersistence(file) });
  const line = [];
  for await (const { id } of later.runs.line("s")) line.push(id);
  expect(line).toEqual([next.id]);
  expect((await later.runs.stateAt(next.id, 1)).history).toEqual(toldBy(121));
  expect((await later.continue("s", { said: said(123) })).state.history).toEqual(toldBy(123));
});
