/**
 * Who this process is, in words that another process on the same host can check. `host` is equal exactly where pids mean
 * the same: one machine, one boot, one pid namespace. Where the system offers none of that it is the host's name.
 */
import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import type { RunOwner } from "./persistence.js";

let self: RunOwner | undefined;

/** The owner that this process (or this worker thread) is; claims of one owner are told apart by their epochs. */
export function thisOwner(): RunOwner {
  self ??= Object.freeze({
    id: randomUUID(),
    host: hostIdentity(),
    pid: process.pid,
    pidStart: readProcess("self")?.start,
  });
  return self;
}

/**
 * Whether an owner's process is gone for certain: it lived on this host, and its pid is free or belongs to a process that
 * started at another time. False when there is any doubt: the expiry of its claims decides then.
 */
export function ownerIsDead(owner: RunOwner): boolean {
  const here = thisOwner();
  if (owner.host === undefined || owner.pid === undefined || owner.host !== here.host) return false;
  if (owner.pid === here.pid) return startsDiffer(owner.pidStart, here.pidStart);
  if (!pidIsTaken(owner.pid)) return true;
  const found = readProcess(owner.pid);
  // A zombie runs no code any more: it only waits for its parent to ask how it ended.
  return (
    found !== undefined && (found.state === "Z" || found.state === "X" || startsDiffer(owner.pidStart, found.start))
  );
}

function hostIdentity(): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return [machineId(), boot, readlinkSync("/proc/self/ns/pid")].join("/");
  } catch {
    return hostname();
  }
}

function machineId(): string {
  try {
    return readFileSync("/etc/machine-id", "utf8").trim();
  } catch {
    return hostname();
  }
}

function startsDiffer(claimed: string | undefined, found: string | undefined): boolean {
  return claimed !== undefined && found !== undefined && claimed !== found;
}

function pidIsTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Anything but "no such process" (another user's process, say) means that somebody is there, or that we can't know.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** State and start time (clock ticks since boot) from Linux's `/proc`; undefined where that does not exist. */
function readProcess(pid: number | "self"): { readonly state: string; readonly start: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in brackets and may hold anything: count from the last bracket.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", start: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}
