/** Takes a run's messages in from its store, as they come. */
import type { Arrival, FlowPersistence } from "../ports/index.js";

export interface InboxHome {
  arrive(arrival: Arrival): void;
  /** A look has ended, whatever it found. */
  looked(): void;
  broke(error: unknown): void;
}

export class LocalInbox {
  readonly #persistence: FlowPersistence;
  readonly #runId: string;
  readonly #home: InboxHome;
  #seen = 0;
  #looking = false;
  #again = false;
  #unwatch: () => void = () => undefined;

  constructor(persistence: FlowPersistence, runId: string, home: InboxHome) {
    this.#persistence = persistence;
    this.#runId = runId;
    this.#home = home;
  }

  get looking(): boolean {
    return this.#looking;
  }

  watch(seen: number): void {
    this.#seen = seen;
    this.#unwatch = this.#persistence.watch(this.#runId, () => this.look());
  }

  close(): void {
    this.#unwatch();
  }

  /** Asked again while it is at it, it looks once more. */
  look(): void {
    if (this.#looking) {
      this.#again = true;
      return;
    }
    this.#looking = true;
    void this.take()
      .catch((error) => this.#home.broke(error))
      .finally(() => {
        this.#looking = false;
        if (!this.#again) return this.#home.looked();
        this.#again = false;
        this.look();
      });
  }

  async take(): Promise<void> {
    for (const message of await this.#persistence.inbox(this.#runId, this.#seen)) {
      this.#seen = message.position;
      this.#home.arrive({ type: "message", at: message.at, message });
    }
  }
}
