/** `cache:` of a step: its result is answered from the project's `.millrace/cache` while it is young enough. */
import { join } from "node:path";
import type { StepTools } from "millrace";
import { cached, cacheTtlMs } from "../cache/cached.js";
import { ResultStore } from "../cache/result-store.js";
import { guarded } from "./guarded.js";
import { routesOf } from "./names.js";
import type { StepDraft } from "./step-draft.js";
import { modelsOf } from "./step-references.js";
import type { FlowContext } from "./types.js";

interface Call {
  /** With values in place of expressions. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly params: unknown;
  readonly tools: StepTools;
}

export function checkCache(draft: StepDraft, { problems }: FlowContext): void {
  const { common, kind, type } = draft;
  if (common.cache === undefined) return;
  const kept = kind === "typed" && type?.cache !== false && type?.items === undefined && routesOf(draft).length === 0;
  if (kept) return;
  const { node, path } = draft.at("cache");
  problems.add(
    "DOCUMENT_FIELD_INVALID",
    { place: node?.place ?? draft.place, path },
    {
      message: `What a step of type ${common.type} does can't be answered from a cache.`,
      hint: "Leave `cache` out; it is for steps that only make a result.",
    },
  );
}

/** One call of a step's type, or what an earlier one of the same has made. */
export function cachedCall(
  draft: StepDraft,
  { project, connections, models }: FlowContext,
  run: (call: Call) => unknown,
) {
  const { cache } = draft.common;
  const { type } = draft;
  if (cache === undefined || !type) return run;
  const ttlMs = cacheTtlMs(cache);
  const store = new ResultStore({ folder: join(project.root, ".millrace", "cache") });
  // What is stored has no secrets either.
  const clean = guarded(draft, { project } as FlowContext, run);
  return (call: Call) => {
    const { config, params } = call;
    const connection = typeof config.connection === "string" ? connections.get(config.connection) : undefined;
    const named = modelsOf(draft, models);
    const own = type.identity?.(draft.config, project);
    // what stands for secrets decides the result too: another server, another account
    const marks = [connection, ...named].flatMap((one) => (one && project.markOf(one)) ?? []);
    const more = [own, named, marks];
    return cached({ type: type.type, config, params, connection, more }, { store, ttlMs }, () =>
      clean(call, call.tools),
    );
  };
}
