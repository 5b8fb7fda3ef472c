/**
 * XState has no store of its own: what it documents is `getPersistedSnapshot()` in a subscriber, kept here with better-sqlite3,
 * one upsert per settled step, without a history.
 */
import { assign, createMachine, fromPromise } from "xstate";
import { checkpoint, loadSqlite, openDatabase } from "../../src/measure/sqlite.js";
import { bigState, changedFields } from "../../src/workloads/big-state.js";
import { chainMachine, context, runMachine } from "./machines.js";

function openSnapshots(folder, durability) {
  const database = openDatabase(folder, durability);
  database.exec("CREATE TABLE IF NOT EXISTS snapshot (id TEXT PRIMARY KEY, data TEXT) WITHOUT ROWID");
  const put = database.prepare(
    "INSERT INTO snapshot VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET data = excluded.data",
  );
  const get = database.prepare("SELECT data FROM snapshot WHERE id = ?").pluck();
  const save = (id, actor) => put.run(id, JSON.stringify(actor.getPersistedSnapshot()));
  const keep = (id) => ({ watch: (actor) => actor.subscribe(() => save(id, actor)) });
  return { database, save, keep, read: (id) => JSON.parse(get.get(id)) };
}

export function openStore(folder, durability) {
  const { database, keep } = openSnapshots(folder, durability);
  return {
    chain(steps) {
      const machine = chainMachine(steps);
      return async (id) => (await runMachine(machine, keep(id))).count;
    },
    settle: () => checkpoint(database),
    close: () => database.close(),
  };
}

export function openBigState(folder) {
  const { database, keep, read } = openSnapshots(folder, "normal");
  return {
    run: (place, loop) => runMachine(bigStateMachine(place, loop), keep("big")),
    reread: () => read("big").context,
    settle: () => checkpoint(database),
    close: () => database.close(),
  };
}

function bigStateMachine(place, loop) {
  const actions = assign(({ context: state, event }) => changedFields(state, place, event.output));
  const onDone = [
    { guard: () => !loop.done, target: "work", reenter: true, actions },
    { target: "end", actions },
  ];
  const work = { invoke: { src: fromPromise(async () => loop.next()), onDone } };
  const states = { work, end: { type: "final" } };
  return createMachine({ initial: "work", context: bigState, output: context, states });
}

export const openRun = {
  warm: loadSqlite,
  /** The chain's last step never ends, so the last snapshot stands before it. */
  async prepare(folder, steps) {
    const { database, save } = openSnapshots(folder, "normal");
    const next = fromPromise(async ({ input }) => ({ count: input.count + 1 }));
    const never = fromPromise(() => new Promise(() => undefined));
    const machine = chainMachine(steps + 1, (index) => (index < steps ? next : never));
    await new Promise((reached) => {
      const watch = (actor) =>
        actor.subscribe((snapshot) => {
          save("run", actor);
          if (snapshot.context.count === steps) reached();
        });
      void runMachine(machine, { watch });
    });
    checkpoint(database);
  },
  define(steps, reached) {
    const step = fromPromise(async ({ input }) => {
      reached();
      return { count: input.count + 1 };
    });
    const machine = chainMachine(steps + 1, () => step);
    return async (folder) => {
      const { read } = openSnapshots(folder, "normal");
      return (await runMachine(machine, { snapshot: read("run") })).count;
    };
  },
};
