/** A server of the crash tests whose schedule starts a run every second: `ticking-process <db> <port>`. */
import { setTimeout as pause } from "node:timers/promises";
import { Flow, listen, start } from "millrace";
import { serveProcess } from "./serve-process.js";

class Tick extends Flow {
  @start() async begin() {
    await pause(20);
  }
  @listen("begin") async end() {
    await pause(20);
  }
}

void serveProcess({
  flows: [Tick],
  recoverEvery: "200ms",
  schedules: [{ id: "tick", flow: "Tick", cron: "* * * * * *", missed: "all" }],
});
