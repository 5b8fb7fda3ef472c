import { Console } from "node:console";

/** From here on standard output is for results alone: what code of the project prints goes the way of all else. */
export function divertPrints(): void {
  globalThis.console = new Console(process.stderr, process.stderr);
  const write = (...given: Parameters<typeof process.stderr.write>) => process.stderr.write(...given);
  process.stdout.write = write as typeof process.stdout.write;
}
