/** `pnpm verify [--tests-from REPORT]`: all that CI does. Ends with what passed and failed; exit code 1 if anything did. */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runStages } from "./run-stages.js";
import { stagesOf } from "./stages.js";
import { inWords } from "./tally.js";

const { values } = parseArgs({ options: { "tests-from": { type: "string" } } });
const workspace = fileURLToPath(new URL("../../..", import.meta.url));
const testsFrom = values["tests-from"];
const stages = stagesOf({ workspace, ...(testsFrom !== undefined && { testsFrom }) });

const tally = await runStages(stages, { cwd: workspace, write: (text) => process.stdout.write(text) });
console.log(inWords(tally));
process.exitCode = tally.failed === 0 ? 0 : 1;
