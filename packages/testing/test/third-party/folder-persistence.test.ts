/** Somebody else's persistence passes the suite, under vitest and under node:test; and flows run on it. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { persistenceConformance, runFlow } from "@millrace/testing";
import { Flow, listen, signal, start } from "millrace";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { FolderPersistence } from "./folder-persistence.js";

const folder = mkdtempSync(join(tmpdir(), "folder-persistence-"));
afterAll(() => rmSync(folder, { recursive: true }));
let count = 0;
const create = () => new FolderPersistence(join(folder, String(++count)));

const checks = persistenceConformance({ create });
// it writes each run whole, which is slow for long ones
for (const check of checks) test(check.name, { timeout: 300_000 }, check.run);

test("the same under node:test", { timeout: 300_000 }, () => {
  const file = fileURLToPath(new URL("folder-persistence.node.ts", import.meta.url));
  const args = ["--conditions=millrace-source", "--import", "tsx", "--test", "--test-reporter=tap", file];
  const { stdout, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect(stdout).toContain(`# pass ${checks.length}`);
  expect(status).toBe(0);
});

test("flows run on it, and go on", async () => {
  class Purchase extends Flow<typeof Purchase> {
    static state = z.object({ at: z.date().optional() });
    @start() request() {
      this.state.at = new Date(0);
    }
    @listen(signal("yes")) order() {
      return this.state.at?.getTime();
    }
  }
  const persistence = create();
  expect(await runFlow(Purchase, { persistence, id: "one" })).toMatchObject({ status: "waiting" });
  const done = await new Purchase({ persistence }).signal("one", "yes");
  expect(done).toMatchObject({ status: "completed", output: 0 });
});
