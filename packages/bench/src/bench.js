/** `pnpm bench`: floors, Millrace and its peers, side by side in one run. See --help. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { allContenders, packageFolder } from "./command/contenders.js";
import { readOptions, usage, workloadIds } from "./command/options.js";
import { buildMillrace, preparePeers } from "./command/prepare.js";
import { runRounds } from "./command/rounds.js";
import { dataFolder } from "./command/run-cell.js";
import { machineFacts } from "./report/machine.js";
import { writeReport } from "./report/report.js";

async function bench() {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(usage);
    return;
  }
  const machine = machineFacts();
  buildMillrace();
  const contenders = preparePeers(allContenders(), options.peers);
  rmSync(dataFolder, { recursive: true, force: true });
  const begun = Date.now();
  const outcome = runRounds(contenders, options);
  rmSync(dataFolder, { recursive: true, force: true });
  const report = writeReport({ options, machine, contenders, outcome, begun, ended: Date.now() });
  process.stdout.write(`\n${report}\n`);
  const isWhole = !options.quick && options.workloads.length === workloadIds.length;
  if (isWhole) writeFileSync(join(packageFolder, "results.md"), `${report}\n`);
}

try {
  await bench();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
