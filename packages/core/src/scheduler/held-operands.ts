/** The groups of a run, made at their first operand, and which of their buckets can starve before the run ends. */
import { type Firing, type GroupData, GroupStore } from "./group-store.js";
import type { IndexedGroup, PlanIndex } from "./plan-index.js";
import { droppedBuckets, leftoverBuckets, type Sources } from "./starving.js";
import type { SchedulerCommand, Turn } from "./types.js";

export class HeldOperands {
  readonly #index: PlanIndex;
  /** By group. */
  readonly stores: (GroupStore | undefined)[];
  /** Those whose operands are matched by rounds, in the order of the plan. */
  readonly #matched: GroupStore[] = [];
  /** Those that may go on without some of their operands, in the order of the plan. */
  readonly mayLack: GroupStore[] = [];

  constructor(index: PlanIndex) {
    this.#index = index;
    this.stores = new Array(index.groups.length).fill(undefined);
  }

  /** Takes an operand in; undefined: the group has fired for it already, it is dropped. */
  hold(
    group: IndexedGroup,
    slot: number,
    { payload, turn }: { payload: unknown; turn: Turn },
  ): readonly Firing[] | undefined {
    const store = this.stores[group.id] ?? this.#add(new GroupStore(group, this.#index.plan.loops.length));
    return store.isDone(slot, turn) ? undefined : store.arrive(slot, payload, turn);
  }

  /** Drops what nothing can complete any more, after a call has closed. */
  dropStarved(sources: Sources): readonly SchedulerCommand[] {
    if (this.#matched.length === 0) return nothing;
    const commands: SchedulerCommand[] = [];
    for (const store of this.#matched) {
      if (store.buckets.size > 0)
        commands.push(...droppedBuckets(this.#index, store, { ...sources, groups: this.stores }));
    }
    return commands;
  }

  /** What groups that never fired still hold. */
  leftover(): readonly SchedulerCommand[] {
    return this.stores.flatMap((store) => (store ? leftoverBuckets(store) : []));
  }

  snapshot(): readonly (readonly [group: number, data: GroupData])[] {
    return this.stores.flatMap((store, group) => (store && !store.isNew ? [[group, store.toJSON()] as const] : []));
  }

  restore(data: readonly (readonly [group: number, data: GroupData])[]): void {
    const { groups, plan } = this.#index;
    for (const [group, stored] of data) this.#add(GroupStore.fromJSON(groups[group]!, stored, plan.loops.length));
  }

  #add(store: GroupStore): GroupStore {
    this.stores[store.group.id] = store;
    if (store.group.loops.length > 0) {
      this.#matched.push(store);
      // whatever came first, so that a restored scheduler reports in the same order
      this.#matched.sort((a, b) => a.group.id - b.group.id);
    }
    if (store.group.waivable.length > 0) {
      this.mayLack.push(store);
      this.mayLack.sort((a, b) => a.group.id - b.group.id);
    }
    return store;
  }
}

const nothing: readonly SchedulerCommand[] = Object.freeze([]);
