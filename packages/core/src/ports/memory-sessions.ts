/** The sessions of a MemoryPersistence: of each its newest run, and the one that runs or waits. */
import type { MemoryRun } from "./memory-run.js";
import type { NewRun } from "./persistence.js";
import { sessionBusy } from "./persistence-errors.js";

interface Session {
  head: MemoryRun;
  active: MemoryRun | undefined;
}

export class MemorySessions {
  /** By flow, then by name. */
  readonly #flows = new Map<string, Map<string, Session>>();

  /** @throws {FlowError} SESSION_BUSY – a run of the session runs or waits, or its newest does not stand at `previous` */
  check({ flow, session = "", previous }: NewRun): void {
    const found = this.#find({ flow, session });
    if (found?.active) throw busy(found.active);
    if (found === undefined && previous === undefined) return;
    const { id, position } = found?.head.record() ?? { id: undefined, position: undefined };
    if (id === previous?.run && position === previous?.position) return;
    throw sessionBusy(session, found ? statusOf(found.head) : { id: previous!.run, status: "completed" });
  }

  /** Takes a new run in; answers the ended run that was the newest until now. */
  add(run: MemoryRun): MemoryRun | undefined {
    const { flow, session = "", createdAt } = run.created;
    const found = this.#find({ flow, session });
    if (found && found.head.created.createdAt <= createdAt) {
      const { head } = found;
      Object.assign(found, { head: run, active: run });
      return head;
    }
    if (found) found.active = run;
    else this.#ofFlow(flow).set(session, { head: run, active: run });
    return undefined;
  }

  /** @throws {FlowError} SESSION_BUSY – another run of its session runs or waits */
  enter(run: MemoryRun): void {
    const found = this.#find(run.created);
    if (found === undefined || found.active === run) return;
    if (found.active) throw busy(found.active);
    found.active = run;
  }

  leave(run: MemoryRun): void {
    const found = this.#find(run.created);
    if (found?.active === run) found.active = undefined;
  }

  /** Whether a session goes on from this run. */
  isHead(run: MemoryRun): boolean {
    return this.#find(run.created)?.head === run;
  }

  clear(): void {
    this.#flows.clear();
  }

  #find({ flow, session }: Pick<NewRun, "flow" | "session">): Session | undefined {
    return session === undefined ? undefined : this.#flows.get(flow)?.get(session);
  }

  #ofFlow(flow: string): Map<string, Session> {
    const sessions = this.#flows.get(flow) ?? new Map<string, Session>();
    this.#flows.set(flow, sessions);
    return sessions;
  }
}

const statusOf = ({ created, status }: MemoryRun) => ({ id: created.id, status });

const busy = (run: MemoryRun) => sessionBusy(run.created.session ?? "", statusOf(run));
