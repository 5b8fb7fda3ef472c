import { Flow, listen, or, route, router, start } from "millrace";
import { z } from "zod";

/** Writes about a topic, and writes again until the text is good. */
export class Review extends Flow<typeof Review> {
  static state = z.object({
    topic: z.string().describe("what to write about"),
    rounds: z.number().default(0),
  });

  @start()
  research() {
    return `notes on ${this.state.topic}`;
  }

  @listen(or("research", "rework"))
  async write(notes: string) {
    this.state.rounds++;
    // to see what a crash does: CRASH=2 kills the process in the second round
    if (this.state.rounds === Number(process.env.CRASH)) process.kill(process.pid, "SIGKILL");
    await this.sleep("500ms"); // here somebody, or a model, would write
    return `${notes}, draft ${this.state.rounds}`;
  }

  @router("write", { routes: ["good", "rework"] })
  check(draft: string) {
    return this.state.rounds < 3 ? route("rework", `better ${draft}`) : route("good", draft);
  }

  @listen("good")
  publish(draft: string) {
    return { text: draft, rounds: this.state.rounds };
  }
}
