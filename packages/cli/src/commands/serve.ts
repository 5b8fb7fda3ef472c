/** `millrace serve`: the project's flows over HTTP, until it is told to stop; then what runs comes to a commit, and is recovered by the next one. */
import { FlowError } from "millrace";
import { type ExitCode, exitCodes } from "../output/exit-codes.js";
import type { Output } from "../output/output.js";
import { reportError } from "../output/report-error.js";
import { configuredFlows } from "../project/find-flow.js";
import type { FoundFlows } from "../project/flow-collection.js";
import { flowsAt } from "../project/flows-at.js";
import { importFor } from "../project/import-for.js";
import { type ListenFlags, listenSettings, serverSettings } from "../project/server-settings.js";
import type { CommandContext } from "./context.js";
import { listenForInterrupts } from "./interrupts.js";
import { serverLogger } from "./server-logger.js";

export interface ServeFlags extends ListenFlags {
  readonly debug?: boolean;
  /** By `millrace dev`: errors are told to everybody, and the addresses are printed. */
  readonly dev?: boolean;
}

export async function serve(context: CommandContext, targets: readonly string[], flags: ServeFlags): Promise<ExitCode> {
  const { project, out } = context;
  const where = listenSettings(project, flags);
  const { flows } = checked(await (targets.length > 0 ? flowsAt(project, targets) : configuredFlows(project)), out);
  const { createServer } = await importFor<typeof import("@millrace/server")>(project.root, "@millrace/server");
  // first of all: what is kept beside the database needs its folder
  const persistence = await project.persistence();
  // at a terminal Ctrl+C goes to the parent too, which then tells it
  const interrupts = listenForInterrupts(out, flags.dev && process.send ? ["SIGTERM"] : undefined);
  const server = await createServer({
    exposeErrors: flags.dev === true,
    ...serverSettings(project),
    flows: flows.map(({ flowClass }) => flowClass),
    persistence,
    logger: serverLogger({ out, root: project.root, debug: flags.debug === true }),
  });
  try {
    const { url, port } = await server.listen(where);
    const base = `${url}${server.basePath}`;
    tellWhere(context, { base, flows: [...server.host.flows.values()], dev: flags.dev === true });
    if (flags.dev) tellParent(port);
    await stopped(interrupts.signal);
  } finally {
    await server.close();
    interrupts.end();
  }
  return exitCodes.completed;
}

/** Whoever has started it takes the same port again; without it nobody would end this. */
function tellParent(port: number): void {
  if (!process.send) return;
  const end = () => process.kill(process.pid, "SIGTERM");
  if (!process.connected) return void end();
  process.once("disconnect", end);
  process.send({ port }, () => undefined);
}

/** A server that leaves a flow out would answer as if there were none. */
function checked(found: FoundFlows, out: Output): FoundFlows {
  const [first, ...others] = found.failures;
  for (const { error } of others) reportError(error, { out, debug: false });
  if (first) throw first.error;
  if (found.flows.length > 0) return found;
  throw new FlowError("CLI_FLOW_NOT_FOUND", "There is no flow to serve.", {
    hint: "Name files with flows: millrace serve src/flows, or `flows` and `documents` of millrace.config.ts.",
  });
}

interface Serving {
  readonly base: string;
  readonly flows: readonly { readonly name: string; readonly kind: "complete" | "chat" }[];
  readonly dev: boolean;
}

function tellWhere({ out }: CommandContext, { base, flows, dev }: Serving): void {
  const served = flows.map(({ name, kind }) => ({ name, kind, url: `${base}/flows/${encodeURIComponent(name)}` }));
  out.object({ ok: true, url: base, flows: served });
  out.result(base);
  if (!dev) return out.note(`${flows.length === 1 ? "1 flow is" : `${flows.length} flows are`} served.`);
  for (const { kind, url } of served) out.note(`  POST ${url}${kind === "chat" ? "/chat" : ""}`);
  out.note(`  GET  ${base}/runs`);
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
