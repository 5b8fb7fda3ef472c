/**
 * The live state of one run. Calls begin, work on drafts, and commit; a commit is rebased on what others committed
 * meanwhile, checked, and applied, all or nothing. The root is always what the patches given back so far lead to.
 */
import { FlowError } from "../errors/index.js";
import { applyPatches, Rewrite } from "./apply-patches.js";
import { CallState, type StateChange } from "./call-state.js";
import { seal } from "./finished.js";
import { rebase } from "./rebase.js";
import { listProblems } from "./schema/problems.js";
import type { StateRules } from "./state-rules.js";
import type { StatePatch } from "./types.js";
import { type Write, WriteHistory } from "./write-history.js";

export class FlowState {
  #root: unknown;
  /** How many commits there were. */
  #position = 0;
  readonly #rules: StateRules;
  readonly #history = new WriteHistory();
  /** Containers of the root that were made by a commit and that nobody has seen: the next commit writes to them. */
  readonly #unseen = new Set<object>();

  /** @param root A finished value, as `finishForState` and `decodeValue` make. */
  constructor(root: unknown, rules: StateRules) {
    this.#root = root;
    this.#rules = rules;
  }

  /**
   * The committed state, deeply frozen. Freezing costs what is new since the last time, and makes the next change of an
   * array slower the longer it is: read it for authors, and `unsealed` where nobody can change it.
   */
  get root(): unknown {
    this.#see();
    return seal(this.#root);
  }

  /** The committed state as it is, to encode or compare it. It must not leave the framework. */
  get unsealed(): unknown {
    this.#see();
    return this.#root;
  }

  #see(): void {
    // Clearing an empty Set costs as much as a small step.
    if (this.#unseen.size > 0) this.#unseen.clear();
  }

  /** Begins a call on the state as it is now. `end` must follow, whatever happens between. */
  begin(): CallState {
    this.#see();
    return new CallState(this.#root, this.#position, this.#history.open());
  }

  /** A call is over, committed or not. */
  end(call: CallState): void {
    this.#history.close(call.generation);
  }

  /**
   * Commits what a call changed and answers the patches that made the new root of the old one. On a throw nothing changed.
   * @throws {FlowError} STATE_CONFLICT – another call wrote the same place meanwhile, and no rule says how to merge
   * @throws {FlowError} STATE_MERGE_FAILED – a merge rule threw, or can't work on the values
   * @throws {FlowError} STATE_INVALID – the new state does not fit the schema
   */
  commit(change: StateChange, step: string): readonly StatePatch[] {
    const { call, patches, root } = change;
    const alone = this.#history.openCalls <= 1;
    if (call.since === this.#position) {
      this.#check(root, patches, step);
      this.#root = root;
      this.#position++;
      if (!alone) this.#record(writesOf(change), step);
      return patches;
    }
    const writes = this.#rebase(change, step);
    const rebased = writes.map(({ patch }) => patch);
    this.#rewrite(rebased, step);
    if (!alone) this.#record(writes, step);
    return rebased;
  }

  #rebase(change: StateChange, step: string): readonly Write[] {
    const { base, since } = change.call;
    const own = writesOf(change);
    const writes = rebase({
      writes: own,
      base,
      since,
      step,
      theirs: this.#root,
      rules: this.#rules,
      history: this.#history,
    });
    // Merged values may hold parts of the committed state.
    if (writes !== own) this.#see();
    return writes;
  }

  #rewrite(patches: readonly StatePatch[], step: string): void {
    // A schema's rules may freeze what they look at; then nothing that was there before may be written in place.
    const rewrite = new Rewrite(this.#root, this.#rules.schema ? new Set() : this.#unseen);
    try {
      for (const patch of patches) rewrite.apply(patch);
      this.#check(rewrite.root, patches, step);
    } catch (error) {
      rewrite.undo();
      this.#see();
      throw error;
    }
    this.#root = rewrite.root;
    this.#position++;
  }

  #record(writes: readonly Write[], step: string): void {
    const commit = { position: this.#position, step };
    for (const write of writes) this.#history.record(write, commit);
  }

  #check(root: unknown, patches: readonly StatePatch[], step: string): void {
    const problems = this.#rules.schema?.check(root, patches);
    if (problems === undefined) return;
    throw new FlowError(
      "STATE_INVALID",
      `The step \`${step}\` left a state that does not fit its schema:\n${listProblems(problems)}`,
      {
        hint: "Commits only check: transforms and defaults of the schema act at kickoff.",
        details: { problems },
        step,
      },
    );
  }

  /**
   * Replays patches that were journaled: they were rebased and checked when they were made. Not while calls are open.
   * @throws {FlowError} RUN_CORRUPT – a patch names a place that is not there
   */
  apply(patches: readonly StatePatch[]): void {
    if (this.#history.openCalls > 0) throw new FlowError("INTERNAL", "Patches were replayed while calls are open.");
    this.#see();
    this.#root = applyPatches(this.#root, patches);
    this.#position++;
  }
}

function writesOf({ patches, elementSets }: StateChange): readonly Write[] {
  return patches.map((patch) => ({ patch, place: elementSets?.has(patch) ? patch.path.slice(0, -1) : patch.path }));
}
