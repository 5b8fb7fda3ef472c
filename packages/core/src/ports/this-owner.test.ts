import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { ownerIsDead, thisOwner } from "./this-owner.js";

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

async function startChild(): Promise<number> {
  const child = spawn(process.execPath, ["-e", "console.log('up'); setInterval(() => {}, 1000)"]);
  children.push(child);
  await once(child.stdout, "data");
  return child.pid!;
}

const onLinux = process.platform === "linux";

test("a process is one owner, and says where it lives", () => {
  const one = thisOwner();
  expect(thisOwner()).toBe(one);
  expect(one.id).not.toBe("");
  expect(one.pid).toBe(process.pid);
  expect(one.host).not.toBe("");
  if (onLinux) expect(one.pidStart).toMatch(/^\d+$/);
});

test("a process that runs is not dead: this one and another", async () => {
  expect(ownerIsDead(thisOwner())).toBe(false);
  const pid = await startChild();
  expect(ownerIsDead({ ...thisOwner(), pid, pidStart: undefined })).toBe(false);
});

test("a process that ended is dead", () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  expect(ownerIsDead({ ...thisOwner(), pid, pidStart: undefined })).toBe(true);
});

test.runIf(onLinux)("a pid that another process has now belongs to a dead owner", async () => {
  const pid = await startChild();
  expect(ownerIsDead({ ...thisOwner(), pid, pidStart: "1" })).toBe(true);
  expect(ownerIsDead({ ...thisOwner(), pidStart: "1" })).toBe(true);
});

test.runIf(onLinux)("a zombie is dead", async () => {
  // The shell's child ends once the shell has become `sleep`, which does not ask for its result.
  const child = `until [ "$(cat /proc/$$/comm)" = sleep ]; do sleep 0.02; done`;
  const shell = spawn("sh", ["-c", `(${child}) & echo $!; exec sleep 60`]);
  children.push(shell);
  const [said] = await once(shell.stdout, "data");
  const pid = Number(String(said));
  await expect.poll(() => readFileSync(`/proc/${pid}/stat`, "utf8")).toContain(") Z ");
  expect(ownerIsDead({ ...thisOwner(), pid, pidStart: undefined })).toBe(true);
});

test("an owner elsewhere, or of an unknown place, is never known to be dead", () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  expect(ownerIsDead({ ...thisOwner(), pid, host: "another host" })).toBe(false);
  expect(ownerIsDead({ id: "x", pid })).toBe(false);
  expect(ownerIsDead({ id: "x", host: thisOwner().host })).toBe(false);
});
