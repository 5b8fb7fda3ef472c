/**
 * An article that two people review at once: an editor and a fact checker. What they reject goes back, with what they say, until
 * both are content. Nobody is asked twice about the same draft.
 */
import { and, approval, Flow, listen, or, route, router, start } from "millrace";
import { z } from "zod";

const Feedback = z.object({ by: z.string(), note: z.string() });
type Feedback = z.infer<typeof Feedback>;

/** What each of the two has decided on a draft. */
interface Verdicts {
  readonly readable?: Feedback;
  readonly clumsy?: Feedback;
  readonly true?: Feedback;
  readonly doubtful?: Feedback;
}

export class Article extends Flow<typeof Article> {
  static state = z.object({ topic: z.string(), drafts: z.number().default(0) });

  @start()
  accept() {
    return ["as short as it can be"];
  }

  @listen(or("accept", "again"))
  draft(wishes: readonly string[]) {
    this.state.drafts++;
    return { text: `On ${this.state.topic}, draft ${this.state.drafts}: ${wishes.join("; ")}.` };
  }

  @router("draft", { routes: ["readable", "clumsy"] })
  edit(draft: { text: string }) {
    return approval(draft, { message: "Does it read well?", outcomes: ["readable", "clumsy"], schema: Feedback });
  }

  @router("draft", { routes: ["true", "doubtful"] })
  check(draft: { text: string }) {
    return approval(draft, {
      message: "Is it true?",
      outcomes: ["true", "doubtful"],
      schema: Feedback,
      // silence is no consent
      timeout: "3d",
      onTimeout: { outcome: "doubtful", feedback: { by: "the clock", note: "nobody has checked it" } },
    });
  }

  @router(and(or("readable", "clumsy"), or("true", "doubtful")), { routes: ["done", "again"] })
  weigh({ clumsy, doubtful }: Verdicts) {
    const wishes = [clumsy, doubtful].flatMap((feedback) => (feedback ? [`${feedback.note} (${feedback.by})`] : []));
    return wishes.length === 0 ? "done" : route("again", wishes);
  }

  @listen(and("draft", "done"))
  publish({ draft }: { draft: { text: string }; done: "done" }) {
    return draft.text;
  }
}
