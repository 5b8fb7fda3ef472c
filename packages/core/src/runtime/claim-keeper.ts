/**
 * Keeps the claims of this process alive: one heartbeat per persistence for all its runs. A claim that is found lost is
 * told to whoever holds it. Persistences whose claims never expire cost nothing.
 */
import { FlowError } from "../errors/index.js";
import type { Claim, FlowPersistence } from "../ports/index.js";

class ClaimKeeper {
  readonly #persistence: FlowPersistence;
  readonly #everyMs: number;
  readonly #held = new Map<Claim, () => void>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(persistence: FlowPersistence, claimMs: number) {
    this.#persistence = persistence;
    this.#everyMs = Math.max(10, Math.floor(claimMs / 3));
  }

  hold(claim: Claim, lost: () => void): void {
    this.#held.set(claim, lost);
    if (this.#timer) return;
    this.#timer = setInterval(() => void this.#beat(), this.#everyMs);
    this.#timer.unref();
  }

  drop(claim: Claim): void {
    this.#held.delete(claim);
    if (this.#held.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #beat(): Promise<void> {
    try {
      for (const claim of await this.#persistence.heartbeat([...this.#held.keys()])) this.#held.get(claim)?.();
    } catch {
      // the store is out of reach for now: the next beat or the next append will tell
    }
  }
}

const nothing = () => undefined;

const keepers = new WeakMap<FlowPersistence, ClaimKeeper>();

/** Keeps a claim alive until the answered function is called; `lost` is told when another owner has taken the run. */
export function keepClaim(persistence: FlowPersistence, claim: Claim, lost: (error: FlowError) => void): () => void {
  const { claimMs } = persistence;
  if (claimMs === undefined) return nothing;
  const keeper = keepers.get(persistence) ?? new ClaimKeeper(persistence, claimMs);
  keepers.set(persistence, keeper);
  keeper.hold(claim, () => lost(takenOver(claim)));
  return () => keeper.drop(claim);
}

function takenOver({ runId }: Claim): FlowError {
  return new FlowError("RUN_CLAIM_LOST", `Run ${runId} was taken over by another process.`, {
    hint: "Nothing is lost: the other process goes on with it. Resume it here only when that one is done.",
    runId,
  });
}
