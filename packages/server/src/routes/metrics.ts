/** What Prometheus is told: requests, runs and steps, in a registry of the server's own. */
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Host } from "../host/index.js";

interface Requested {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly ms: number;
}

const seconds = [0.005, 0.025, 0.1, 0.5, 1, 5, 30, 120];
const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

export function observeServer(host: Host): {
  readonly registry: Registry;
  readonly requested: (request: Requested) => void;
} {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Histogram({
    name: "millrace_http_request_duration_seconds",
    help: "Requests, until their answer began",
    labelNames: ["method", "route", "status"],
    buckets: seconds,
    registers,
  });
  const started = new Counter({
    name: "millrace_runs_started_total",
    help: "Runs that were begun here",
    labelNames: ["flow"],
    registers,
  });
  const ended = new Counter({
    name: "millrace_runs_ended_total",
    help: "Runs that have ended here",
    labelNames: ["flow", "status"],
    registers,
  });
  const steps = new Histogram({
    name: "millrace_step_duration_seconds",
    help: "Calls of steps, by how they came out",
    labelNames: ["flow", "status"],
    buckets: seconds,
    registers,
  });
  new Gauge({
    name: "millrace_driven",
    help: "Runs that are under way here",
    registers,
    collect() {
      this.set(host.driven);
    },
  });
  new Gauge({
    name: "millrace_runs_refused",
    help: "Stored runs that can't be taken up here, and are tried again now and then",
    labelNames: ["flow", "code"],
    registers,
    collect() {
      this.reset();
      for (const { flow, error } of host.refused.values()) this.inc({ flow, code: error.code });
    },
  });
  const unheard = [
    host.events.on("run.started", ({ flow }) => started.inc({ flow })),
    ...(["completed", "failed", "cancelled"] as const).map((status) =>
      host.events.on(`run.${status}`, ({ flow }) => ended.inc({ flow, status })),
    ),
    ...(["completed", "failed"] as const).map((status) =>
      host.events.on(`step.${status}`, ({ flow, durationMs }) => steps.observe({ flow, status }, durationMs / 1000)),
    ),
  ];
  // the bus may be another's, and outlive this server
  host.stopSignal.addEventListener("abort", () => {
    for (const end of unheard) end();
  });
  const requested = ({ method, route, status, ms }: Requested) =>
    requests.observe({ method: methods.has(method) ? method : "other", route, status }, ms / 1000);
  return { registry, requested };
}
