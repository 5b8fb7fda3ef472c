/**
 * The live state of one run. Calls begin, work on drafts, and commit; a commit is rebased on what others committed
 * meanwhile, checked, and applied, all or nothing. The root is always what the patches given back so far lead to.
 */
import { FlowError } from "../errors/index.js";
import { applyPatches } from "./apply-patches.js";
import { CallState, type StateChange } from "./call-state.js";
import { seal } from "./finished.js";
import { rebase } from "./rebase.js";
import { checkPatches } from "./schema/check-patches.js";
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

  /** @param root A finished value, see `initialState` and `decodeValue`. */
  constructor(root: unknown, rules: StateRules) {
    this.#root = root;
    this.#rules = rules;
  }

  /** The committed state. Its objects are frozen; to hand it to an author, see `sealed`. */
  get root(): unknown {
    return this.#root;
  }

  /** The committed state, deeply frozen. Costs what is new since the last time; large arrays are slower to change then. */
  sealed(): unknown {
    return seal(this.#root);
  }

  /** Begins a call on the state as it is now. `end` must follow, whatever happens between. */
  begin(): CallState {
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
    const { call, elementSets } = change;
    if (call.since === this.#position && this.#history.openCalls <= 1) return this.#apply(change.patches, step);
    let writes: readonly Write[] = change.patches.map((patch) => ({
      patch,
      place: elementSets?.has(patch) ? patch.path.slice(0, -1) : patch.path,
    }));
    if (call.since !== this.#position) {
      const { base, since } = call;
      writes = rebase({ writes, base, since, step, theirs: this.#root, rules: this.#rules, history: this.#history });
    }
    const patches = this.#apply(
      writes.map(({ patch }) => patch),
      step,
    );
    if (this.#history.openCalls > 1) {
      const commit = { position: this.#position, step };
      for (const write of writes) this.#history.record(write, commit);
    }
    return patches;
  }

  #apply(patches: readonly StatePatch[], step: string): readonly StatePatch[] {
    const root = applyPatches(this.#root, patches);
    const { schema } = this.#rules;
    const problems = schema && checkPatches(schema, root, patches);
    if (problems !== undefined) {
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
    this.#root = root;
    this.#position++;
    return patches;
  }

  /**
   * Replays patches that were journaled: they were rebased and checked when they were made. Not while calls are open.
   * @throws {FlowError} RUN_CORRUPT – a patch names a place that is not there
   */
  apply(patches: readonly StatePatch[]): void {
    this.#root = applyPatches(this.#root, patches);
    this.#position++;
  }
}
