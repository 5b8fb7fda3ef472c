import type { AnyFlowClass } from "../project/flow-exports.js";
import { reporter } from "../terminal/reporter.js";
import { terminalKind } from "../terminal/terminal-kind.js";
import type { AnyFlow } from "./any-result.js";
import type { CommandContext } from "./context.js";

/** Shows what happens to runs of a flow, as the output's mode asks for; answers what ends it. */
export function showEvents({ out }: CommandContext, flow: AnyFlow): () => void {
  if (out.mode === "jsonl") return flow.events.on("*", (event) => out.event(event));
  if (out.mode === "json" || out.quiet) return () => undefined;
  const { stderr, stdout, env } = process;
  const plan = (flow.constructor as AnyFlowClass).plan();
  const report = reporter({
    streams: stdout.isTTY ? [stderr, stdout] : [stderr],
    kind: terminalKind(stderr, env),
    planOf: (name) => (name === plan.flow ? plan : undefined),
  });
  const unlisten = flow.events.on("*", (event) => report.event(event));
  return () => {
    unlisten();
    report.close();
  };
}
