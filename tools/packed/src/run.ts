import { spawnSync } from "node:child_process";

/** Runs a program to its end and answers what it printed on standard output. @throws {Error} it ended badly */
export function run(cwd: string, ...[program, ...args]: readonly [string, ...string[]]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    // As a user has it: nothing of the workspace's own run may leak in.
    env: Object.fromEntries(
      Object.entries(process.env).filter(([key]) => !/^(npm_|pnpm_|VITEST|NODE_OPTIONS|NODE_ENV)/i.test(key)),
    ),
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${[program, ...args].join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

/** Installs what a project's package.json names, and what is named here. What npm has fetched before is not asked for again. */
export function npmInstall(cwd: string, ...args: readonly string[]): void {
  run(cwd, "npm", "install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error", ...args);
}
