/** A loop with a router: halves an interval until the square root is near enough. `tsx loop.ts 2` prints it. */
import { Flow, listen, or, route, router, start } from "millrace";
import { z } from "zod";

export class SquareRoot extends Flow<typeof SquareRoot> {
  static state = z.object({
    of: z.number().nonnegative(),
    low: z.number().default(0),
    high: z.number().default(0),
    rounds: z.number().default(0),
  });

  @start()
  bracket() {
    this.state.high = Math.max(1, this.state.of);
    return this.state.high / 2;
  }

  // Entered from outside by "bracket", from inside the loop by "narrow": each time around is a turn of its own.
  @router(or("bracket", "narrow"), { routes: ["coarse", "fine"] })
  judge(guess: number) {
    return Math.abs(guess * guess - this.state.of) < 1e-9 ? route("fine", guess) : route("coarse", guess);
  }

  @listen("coarse")
  narrow(guess: number) {
    this.state.rounds++;
    if (guess * guess > this.state.of) this.state.high = guess;
    else this.state.low = guess;
    return (this.state.low + this.state.high) / 2;
  }

  @listen("fine")
  report(guess: number) {
    return { root: guess, rounds: this.state.rounds };
  }
}

// as a program, not where a test takes the flow
if (process.argv[1] === import.meta.filename) {
  const result = await new SquareRoot().kickoff({ of: Number(process.argv[2] ?? 2) });
  if (result.status === "completed") console.log(result.output);
}
