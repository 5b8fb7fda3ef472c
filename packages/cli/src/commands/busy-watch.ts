/**
 * Ctrl+C while a step keeps the process busy: no handler of this thread is called then, so that another thread has to hear of it. It
 * sees by a counter that stands still that nothing is heard here, and starts a small process, which a terminal interrupts together with
 * this one and which ends with it. A terminal that was closed is none any more. Only at terminals that work so.
 */
import { Worker } from "node:worker_threads";
import { exitCodes } from "../output/exit-codes.js";
import { leave } from "../output/leave.js";

const beatMs = 250;
const leaving = "millrace.leave";

/** @returns what ends it */
export function watchBusy(): () => void {
  const beats = new Int32Array(new SharedArrayBuffer(4));
  const timer = setInterval(() => Atomics.add(beats, 0, 1), beatMs).unref();
  const onLeave = () => leave(exitCodes.interrupted);
  process.once(leaving, onLeave);
  const worker = new Worker(watcher, { eval: true, workerData: { beats, leaving }, execArgv: [] });
  worker.unref();
  // where there are no threads to be had, Ctrl+C works as far as it does without
  worker.on("error", () => undefined);
  return () => {
    clearInterval(timer);
    process.off(leaving, onLeave);
    void worker.terminate();
  };
}

/** Plain JavaScript: it is no file of its own in the package. `pressed`: how often Ctrl+C was, since it has been busy. */
const watcher = `
const { workerData: { beats, leaving } } = require("node:worker_threads");
const { spawn } = require("node:child_process");
const { writeSync } = require("node:fs");
const { isatty } = require("node:tty");
const { Session } = require("node:inspector");
let last = 0, still = 0, pressed = 0, left = false, child;
setInterval(() => {
  const now = Atomics.load(beats, 0);
  still = now === last ? still + 1 : 0;
  last = now;
  if (still === 0) { pressed = 0; child?.kill("SIGKILL"); child = undefined; }
  else if (still >= 3 && !isatty(0)) leave();
  else if (still >= 3 && !child) listen();
}, ${beatMs * 2});
function listen() {
  const own = child = spawn("cat", { stdio: ["pipe", "ignore", "ignore"] });
  own.on("error", () => undefined);
  own.on("exit", (_, signal) => {
    if (own !== child) return;
    child = undefined;
    if (signal === "SIGHUP") return leave();
    if (signal !== "SIGINT") return;
    if (++pressed > 1) return leave();
    writeSync(2, "A step keeps the process busy, so that it can't stop. Press Ctrl+C again to leave at once.\\n");
    listen();
  });
}
function leave() {
  if (left) return;
  left = true;
  setTimeout(() => process.kill(process.pid, "SIGKILL"), 2000);
  const session = new Session();
  session.connectToMainThread();
  session.post("Runtime.evaluate", { expression: "process.emit(" + JSON.stringify(leaving) + ")" });
}
`;
