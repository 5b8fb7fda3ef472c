/** The package manager that somebody uses: the one that started this, or whose lockfile is there. */
import { spawn } from "node:child_process";
import { detect, getUserAgent } from "package-manager-detector/detect";

export interface PackageManager {
  readonly name: string;
  /** What installs all that package.json names. */
  readonly install: readonly [program: string, ...args: string[]];
  /** What runs a package's command: `npx`, `pnpm exec`. */
  readonly exec: string;
  /** As one types it: `npm run start`, `pnpm start`. */
  run(script: string): string;
}

export async function packageManager(folder: string): Promise<PackageManager> {
  const found = (await detect({ cwd: folder, strategies: ["lockfile", "packageManager-field"] }))?.agent;
  const [name = "npm"] = (found ?? getUserAgent() ?? "npm").split("@");
  return {
    name,
    install: [name, "install"],
    exec: { npm: "npx", yarn: "yarn", bun: "bunx" }[name] ?? `${name} exec`,
    run: (script) => (script === "test" || script === "start" ? `${name} ${script}` : `${name} run ${script}`),
  };
}

/** Installs; answers whether it went well. What the program prints goes to standard error. */
export function install(folder: string, [program, ...args]: PackageManager["install"]): Promise<boolean> {
  return new Promise((resolve) => {
    const stdio = ["ignore", process.stderr, process.stderr] as const;
    // on Windows they are scripts, which only a shell starts; the words are our own
    const child = spawn(program, args, { cwd: folder, stdio: [...stdio], shell: process.platform === "win32" });
    child.on("error", () => resolve(false));
    child.on("close", (code) => resolve(code === 0));
  });
}
