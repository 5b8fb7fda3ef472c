/** The smallest flow: one step after another. `tsx hello.ts Ada` prints HELLO, ADA! */
import { Flow, listen, start } from "millrace";
import { z } from "zod";

export class Hello extends Flow<typeof Hello> {
  static state = z.object({ name: z.string(), greetings: z.number().default(0) });

  @start()
  greet() {
    this.state.greetings++;
    return `Hello, ${this.state.name}`;
  }

  // "greet" is checked by the compiler, and so is that it returns a string
  @listen("greet")
  shout(greeting: string) {
    return `${greeting.toUpperCase()}!`;
  }
}

// as a program, not where a test takes the flow
if (process.argv[1] === import.meta.filename) {
  const result = await new Hello().kickoff({ name: process.argv[2] ?? "World" });
  if (result.status === "completed") console.log(result.output);
}
