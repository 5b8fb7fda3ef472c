/**
 * W10: what the typed decorators cost the compiler. A class of 200 steps, each listening to the one before and using what it
 * brought, against the same class without decorators. The generated file stands in this package, so that it finds `millrace`.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sizes } from "../measure/sizes.js";

const packageFolder = fileURLToPath(new URL("../..", import.meta.url));
const options = [
  "--ignoreConfig",
  "--noEmit",
  "--strict",
  "--skipLibCheck",
  "--target",
  "es2022",
  "--module",
  "nodenext",
];

/** @param {{ decorated: boolean }} how */
export const checkCell =
  ({ decorated }) =>
  () => {
    const folder = join(packageFolder, ".scratch");
    const file = join(folder, `${decorated ? "decorated" : "plain"}-${process.pid}.ts`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, source(decorated));
    try {
      const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
      const arguments_ = [compiler, ...options, "--extendedDiagnostics", file];
      const { status, stdout } = spawnSync(process.execPath, arguments_, { cwd: packageFolder, encoding: "utf8" });
      if (status !== 0) throw new Error(`tsc: ${stdout.slice(0, 500)}`);
      return { seconds: seconds(stdout, "Check time"), totalSeconds: seconds(stdout, "Total time") };
    } finally {
      rmSync(file, { force: true });
    }
  };

const seconds = (report, line) => Number(new RegExp(`${line}:\\s+([\\d.]+)s`).exec(report)?.[1]);

function source(decorated) {
  const steps = Array.from({ length: sizes.typedSteps - 1 }, (_, index) => {
    const decorator = decorated ? `  @listen("step${index}")\n` : "";
    return `${decorator}  step${index + 1}(before: { at${index}: number }) {
    this.state.count++;
    return { at${index + 1}: before.at${index} + 1 };
  }`;
  });
  return `import { Flow, listen, start } from "millrace";
import { z } from "zod";
export class Long extends Flow<typeof Long> {
  static state = z.object({ count: z.number().default(0) });
${decorated ? "  @start()\n" : ""}  step0() {
    this.state.count++;
    return { at0: 1 };
  }
${steps.join("\n")}
}
export { listen, start };
`;
}
