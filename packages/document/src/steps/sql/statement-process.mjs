// A process that runs statements, for nothing else can end one: a statement of SQLite that never ends holds its thread within
// native code. The statement runs in a thread, so that the process still hears that whoever asked is gone, and goes, too.
import { isMainThread, parentPort, Worker } from "node:worker_threads";

if (isMainThread) {
  const thread = new Worker(new URL(import.meta.url));
  thread.on("message", (answer) => process.send(answer));
  process.on("message", (asked) => thread.postMessage(asked));
  const end = () => process.kill(process.pid, "SIGKILL");
  process.on("disconnect", end);
  // it may have gone before this line
  if (!process.connected) end();
} else {
  parentPort.on("message", async (asked) => parentPort.postMessage(await answer(asked)));
}

async function answer({ driver, ...asked }) {
  let Database;
  try {
    Database = (await import(driver)).default;
  } catch (error) {
    return { unopened: error.message };
  }
  const first = attempt(Database, asked);
  if (first.code !== halfWritten) return first;
  const { unopened } = rollBack(Database, asked);
  return unopened === undefined ? attempt(Database, asked) : { unopened };
}

/** Who wrote last was killed at it: what is half written is undone by the next one that may write, and by no reader. */
const halfWritten = "SQLITE_READONLY_ROLLBACK";

function rollBack(Database, { place, busyTimeout }) {
  try {
    const database = new Database(place, { fileMustExist: true, timeout: busyTimeout });
    database.pragma("schema_version");
    database.close();
    return {};
  } catch (error) {
    return { unopened: error.message };
  }
}

function attempt(Database, { place, write, busyTimeout, sql, given, maxRows, maxBytes }) {
  let database;
  try {
    database = new Database(place, { readonly: !write, fileMustExist: !write, timeout: busyTimeout });
  } catch (error) {
    return { unopened: error.message };
  }
  try {
    const statement = database.prepare(sql).safeIntegers(true);
    if (!statement.reader) return { done: statement.run(given) };
    const rows = [];
    let bytes = 0;
    for (const row of statement.iterate(given)) {
      if (rows.length === maxRows) return { tooMany: "rows" };
      for (const value of Object.values(row)) bytes += value?.length ?? 8;
      if (bytes > maxBytes) return { tooMany: "bytes" };
      rows.push(row);
    }
    return { rows };
  } catch (error) {
    return { failed: error.message, code: error.code };
  } finally {
    database.close();
  }
}
