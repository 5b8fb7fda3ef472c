import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SqlitePersistence } from "@millrace/sqlite";
import fc from "fast-check";
import { afterAll, beforeAll, describe, test } from "vitest";
import { chance } from "../../src/chat/reply/testing/chance.js";
import { majors } from "../../src/chat/reply/testing/clients.js";
import { createServer, type FlowServer } from "../../src/index.js";
import { Show } from "./show-flow.js";
import { type Move, Walk } from "./walk.js";

let folder: string;
const stores: SqlitePersistence[] = [];
const servers: FlowServer[] = [];
const urls: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "walks-"));
  for (let i = 0; i < 2; i++) {
    const persistence = new SqlitePersistence(join(folder, "chats.db"));
    const server = await createServer({ flows: [Show], persistence, recoverEvery: "50ms" });
    stores.push(persistence);
    servers.push(server);
    urls.push((await server.listen({ port: 0 })).url);
  }
});
afterAll(async () => {
  for (const server of servers) await server.close();
  for (const store of stores) await store.close();
  rmSync(folder, { recursive: true });
});

const does = fc.constantFrom<Move["does"][]>(
  ...(["send", "send", "answer", "answer", "answer all", "regenerate", "edit"] as const),
  ...(["reload", "reload", "resume", "resume", "stop", "hang up", "wait"] as const),
);
const move: fc.Arbitrary<Move> = fc.record({
  does,
  window: fc.constantFrom(0, 1),
  at: fc.constantFrom(0, 1),
  n: fc.nat(50),
  letters: fc.string({ unit: fc.constantFrom(..."tmgcdfaaarx"), minLength: 1, maxLength: 5 }),
  cut: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat(20) }),
  meanwhile: fc.oneof({ weight: 2, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});

let walks = 0;

describe.each(majors)("clients of ai %i", (major) => {
  test("walk through a chat in any order", { timeout: 3_600_000 }, async () => {
    const walked = fc.asyncProperty(fc.array(move, { minLength: 2, maxLength: 12 }), async (moves) => {
      const walk = new Walk({ major, urls, id: `walk-${++walks}` });
      try {
        await walk.take(moves);
      } catch (error) {
        throw new Error(`${(error as Error).message}\n${walk.log.join("\n")}`, { cause: error });
      }
    });
    // what happens depends on when it happens: a shorter walk that fails would fail by something else
    await fc.assert(walked, { ...chance({ rounds: 5 }), endOnFailure: true });
  });
});
