import { z } from "zod";
import { and, Flow, listen, signal, start } from "../../src/index.js";

/** Waits between its two steps for a word. */
export class Desk extends Flow<typeof Desk> {
  static state = z.object({ text: z.string(), log: z.array(z.string()).default([]) });
  @start() draft() {
    this.state.log.push("draft");
    return this.state.text;
  }
  @listen(and("draft", signal("say", z.string()))) publish({ draft, say }: { draft: string; say: string }) {
    this.state.log.push(say);
    return `${draft} ${say}`;
  }
}
