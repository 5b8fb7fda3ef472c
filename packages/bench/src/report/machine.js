/** On what the numbers were taken. */
import { cpus, loadavg, platform, release, totalmem } from "node:os";

/** @returns {Record<string, string>} */
export function machineFacts() {
  const [cpu] = cpus();
  return {
    processor: `${cpu?.model.trim() ?? "unknown"}, ${cpus().length} cores`,
    memory: `${Math.round(totalmem() / 1024 ** 3)} GB`,
    system: `${platform()} ${release()}`,
    node: process.version,
    "load before": loadavg()
      .map((load) => load.toFixed(1))
      .join(" "),
  };
}

export const loadNow = () =>
  loadavg()
    .map((load) => load.toFixed(1))
    .join(" ");
