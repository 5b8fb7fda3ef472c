/** A server of the crash tests whose schedule starts a run every second: `ticking-process <db> <port>`. */
import { setTimeout as pause } from "node:timers/promises";
import { SqlitePersistence } from "@millrace/sqlite";
import { Flow, listen, start } from "millrace";
import { createServer } from "../../src/index.js";

class Tick extends Flow {
  @start() async begin() {
    await pause(20);
  }
  @listen("begin") async end() {
    await pause(20);
  }
}

const [file, port] = process.argv.slice(2) as [string, string];
const persistence = new SqlitePersistence(file);
const server = await createServer({
  flows: [Tick],
  persistence,
  recoverEvery: "200ms",
  schedules: [{ id: "tick", flow: "Tick", cron: "* * * * * *", missed: "all" }],
});
const { url } = await server.listen({ port: Number(port) });
process.once("SIGTERM", async () => {
  await server.close();
  await persistence.close();
  process.exit(0);
});
console.log(url);
