/** A flow that two people review at once, round by round. */
import { appendFileSync } from "node:fs";
import { and, approval, Flow, listen, or, router, start } from "millrace";
import { z } from "zod";

const Feedback = z.object({ note: z.string() });
type Feedback = z.infer<typeof Feedback>;

export class Desk extends Flow<typeof Desk> {
  static state = z.object({
    drafts: z.number().default(0),
    style: z.number().default(0),
    facts: z.number().default(0),
    notes: z.array(z.string()).default([]),
  });

  @start() async begin() {
    return "begun";
  }
  @listen(or("begin", "clumsy")) async draft(from: string | Feedback) {
    this.#note();
    this.state.drafts++;
    if (typeof from === "object") this.state.notes.push(from.note);
    return `draft ${this.state.drafts}`;
  }
  @router("draft") async reviewStyle(draft: string) {
    this.#note();
    this.state.style++;
    return approval(draft, { message: `style of ${draft}?`, outcomes: ["fine", "clumsy"], schema: Feedback });
  }
  @router("draft") async reviewFacts(draft: string) {
    this.#note();
    this.state.facts++;
    return approval(draft, { message: `facts of ${draft}?`, outcomes: ["true", "false"], schema: Feedback });
  }
  @listen(and("reviewStyle", "fine", "true")) async publish(all: {
    reviewStyle: string;
    fine: Feedback;
    true: Feedback;
  }) {
    return `${all.reviewStyle}: ${all.fine.note}, ${all.true.note}`;
  }

  #note() {
    const { CALL_LOG } = process.env;
    if (CALL_LOG) appendFileSync(CALL_LOG, `${this.call.idempotencyKey}\n`);
  }
}
