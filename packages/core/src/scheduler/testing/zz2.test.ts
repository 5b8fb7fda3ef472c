import fc from "fast-check";
import { expect, test } from "vitest";
import { everything, planArbitrary } from "./plan-arbitrary.js";
import { drawnBehaviour, play } from "./play.js";
import { ReferenceScheduler } from "./reference-interpreter.js";
import { Scheduler } from "./zzlead/index.js";

test("same", () => {
  fc.assert(
    fc.property(
      planArbitrary(everything),
      fc.array(fc.nat(20), { minLength: 1, maxLength: 30 }),
      fc.record({ seed: fc.nat(1000), failing: fc.constantFrom(0, 0, 20), skipping: fc.constantFrom(0, 0, 20) }),
      fc.array(fc.record({ after: fc.nat(40), signal: fc.nat(1) }), { maxLength: 6 }),
      fc.option(fc.nat(20), { nil: undefined }),
      ({ plan }, choices, b, sig, cancelAfter) => {
        const signals = sig.filter((s) => s.signal < plan.signals.length);
        const ref = new ReferenceScheduler(plan);
        const played = play(plan, ref, {
          behaviour: drawnBehaviour(plan, { rounds: 2, ...b }),
          choices,
          signals,
          ...(cancelAfter !== undefined && { cancelAfter }),
          limit: 150,
        });
        const real = new Scheduler(plan);
        const ref2 = new ReferenceScheduler(plan);
        played.events.forEach((e, i) => {
          expect(real.apply(e), `event ${i} ${JSON.stringify(e)}`).toEqual(played.commands[i]);
          ref2.apply(e);
          expect(real.openCalls().map((c) => c.id)).toEqual(ref2.openCalls().map((c) => c.id));
          if (real.openCalls().length === 0) expect(real.awaited()).toEqual(ref2.awaited());
        });
        if (played.ended) expect(real.finish()).toEqual(played.commands.at(-1));
      },
    ),
    { numRuns: Number(process.env.RUNS ?? 500), seed: Number(process.env.SEED ?? 1) },
  );
});
