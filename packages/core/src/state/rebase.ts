/**
 * Brings a call's patches onto what other calls committed since it began. Patches that nobody else's write touches stay
 * as they are; for the others the declared rule makes one value out of three, or the commit fails.
 */
import { FlowError } from "../errors/index.js";
import { applyPatches } from "./apply-patches.js";
import { hasKey, readPath } from "./containers.js";
import { finishForState } from "./finish-value.js";
import { seal } from "./finished.js";
import { equalValues } from "./kinds.js";
import { builtInRules, Unmergeable, unresolved } from "./merge.js";
import { formatPath, isPrefix, plainPath } from "./paths.js";
import { type DeclaredRule, ruleFor, type StateRules } from "./state-rules.js";
import type { PathKey, StatePatch, StatePath } from "./types.js";
import type { Collision, Write, WriteHistory } from "./write-history.js";

export interface RebaseInput {
  /** What the call wrote, in order. */
  readonly writes: readonly Write[];
  /** The state that it began with. */
  readonly base: unknown;
  /** The state as committed now. */
  readonly theirs: unknown;
  /** The position that it began at. */
  readonly since: number;
  readonly step: string;
  readonly rules: StateRules;
  readonly history: WriteHistory;
}

/**
 * @throws {FlowError} STATE_CONFLICT – both wrote one place, or one wrote above the other, and no rule says how to merge
 * @throws {FlowError} STATE_MERGE_FAILED – a rule threw, or can't work on the values
 */
export function rebase(input: RebaseInput): readonly Write[] {
  const merges: Merge[] = [];
  for (const write of input.writes) {
    const collision = input.history.collide(write, input.since);
    if (collision !== undefined) addMerge(merges, collision, input);
  }
  if (merges.length === 0) return input.writes;
  const untouched = input.writes.filter(({ place }) => !merges.some(({ path }) => isPrefix(path, place)));
  return [...untouched, ...mergedWrites(merges, input)];
}

interface Merge {
  /** Where the merged value goes. */
  readonly path: StatePath;
  readonly declared: DeclaredRule;
  readonly collision: Collision;
}

function addMerge(merges: Merge[], collision: Collision, { rules, step }: RebaseInput): void {
  const declared = ruleFor(rules, collision.path);
  if (collision.composes && !decidesAppends(declared, collision)) return;
  if (declared === undefined) throw conflict(step, collision);
  // A function was written for the value at its own path; a built-in rule covers every place below its path.
  const path = typeof declared.rule === "function" ? declared.path : collision.path;
  if (merges.some((merge) => isPrefix(merge.path, path))) return;
  const outer = merges.filter((merge) => !isPrefix(path, merge.path));
  merges.splice(0, merges.length, ...outer, { path, declared, collision });
}

/** Appends compose by themselves, unless a rule that stands at the array itself would see more than two lists. */
function decidesAppends(declared: DeclaredRule | undefined, { path }: Collision): boolean {
  if (declared === undefined || declared.path.length !== path.length) return false;
  return declared.rule === "union" || typeof declared.rule === "function";
}

function mergedWrites(merges: readonly Merge[], input: RebaseInput): readonly Write[] {
  const mine = applyPatches(
    input.base,
    input.writes.map(({ patch }) => patch),
  );
  const writes: Write[] = [];
  for (const merge of merges) {
    const patch = mergedPatch(merge, mine, input);
    if (patch !== undefined) writes.push({ patch, place: patch.path });
  }
  return writes;
}

/** Undefined: what is committed stays. */
function mergedPatch({ path, declared, collision }: Merge, mine: unknown, input: RebaseInput): StatePatch | undefined {
  if (declared.rule === "lastWrite" && isGone(mine, path)) return { op: "delete", path };
  const theirs = readPath(input.theirs, path);
  const values = { base: readPath(input.base, path), mine: readPath(mine, path), theirs };
  const merged = runRule(declared, values, path);
  if (merged === unresolved) throw conflict(input.step, collision);
  return equalValues(merged, theirs) ? undefined : { op: "set", path, value: finishForState(merged, path) };
}

function isGone(root: unknown, path: StatePath): boolean {
  const last = path.at(-1);
  return path.length > 0 && !hasKey(readPath(root, path.slice(0, -1)), last as PathKey);
}

function runRule(
  { rule }: DeclaredRule,
  values: { base: unknown; mine: unknown; theirs: unknown },
  path: StatePath,
): unknown {
  try {
    if (typeof rule !== "function") return builtInRules[rule](values);
    return rule(seal(values.base), seal(values.mine), seal(values.theirs));
  } catch (cause) {
    const why = cause instanceof Unmergeable ? cause.message : "the rule threw";
    throw new FlowError("STATE_MERGE_FAILED", `The merge rule of \`${formatPath(path)}\` failed: ${why}.`, {
      hint: "`static merge` must name a rule for values of the kind that stands there.",
      details: { path: plainPath(path) },
      cause,
    });
  }
}

function conflict(step: string, { path, commit }: Collision): FlowError<"STATE_CONFLICT"> {
  const place = formatPath(path);
  const both = step === commit.step ? `Two calls of \`${step}\`` : `The steps \`${step}\` and \`${commit.step}\``;
  return new FlowError("STATE_CONFLICT", `${both} ran at the same time and both wrote \`${place}\`.`, {
    hint: `Say how to merge it (\`static merge = { ${JSON.stringify(path.map(String).join("."))}: "sum" }\` or another rule), write different places, or let one step wait for the other; \`retry\` tries again on fresh state.`,
    details: { path: plainPath(path), steps: [step, commit.step] },
  });
}
