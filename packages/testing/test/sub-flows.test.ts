/** Flows that run other flows, and routers that put something before people: in `runFlow` and `simulate`. */
import { runFlow, simulate } from "@millrace/testing";
import { approval, Flow, listen, or, router, start } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";

class Article extends Flow<typeof Article> {
  static inputs = z.object({ topic: z.string() });
  @start() async write({ topic }: { topic: string }) {
    await this.sleep("1d");
    return `on ${topic}`;
  }
  @listen("write") async name(text: string) {
    return `${text}: ${await this.ask(`A name for "${text}"?`)}`;
  }
}

class Issue extends Flow {
  @start() async articles() {
    return Promise.all(["a", "b"].map((topic) => this.runFlow(Article, { topic }, { key: topic })));
  }
  @listen("articles") write(articles: readonly unknown[]) {
    return articles.join(", ");
  }
}

test("runFlow: what a step runs sleeps and asks too; a replacement is for the flow itself", async () => {
  const answers = { name: ({ prompt }: { prompt: string }) => (prompt.includes("on a") ? "A" : "B") };
  const run = await runFlow(Issue, { answers });
  expect(run).toMatchObject({ status: "completed", output: "on a: A, on b: B", elapsedMs: 86_400_000 });
  expect(run.history.map(({ entry }) => entry.type)).toContain("child");
  const replaced = await runFlow(Issue, { answers, replace: { write: (articles) => `${articles.length} articles` } });
  expect(replaced.output).toBe("2 articles");
  expect(replaced.events.filter(({ type }) => type === "ask.requested")).toHaveLength(2);
});

test("runFlow: a question of a child that nobody answers", { timeout: 30_000 }, async () => {
  const run = await runFlow(Issue);
  expect(run).toMatchObject({ status: "waiting", waitingFor: [{ kind: "flow" }, { kind: "flow" }] });
});

test("simulate: crashes of runs inside of runs", { timeout: 60_000 }, async () => {
  class Book extends Flow {
    @start() write() {
      return this.runFlow(Chapter);
    }
    @start() cover() {}
    @listen("write") print(text: unknown) {
      return `printed ${text}`;
    }
  }
  class Chapter extends Flow {
    @start() async write() {
      await this.sleep("1h");
      return "chapter";
    }
    @listen("write") check(text: string) {
      return text.toUpperCase();
    }
  }
  const check = ({ output }: { output: unknown }) => expect(output).toBe("printed CHAPTER");
  const seen = await simulate(Book, { check, crashes: 1, runs: 150 });
  expect(seen.crashed).toBeGreaterThan(90);
});

test("approvals are questions", { timeout: 60_000 }, async () => {
  class Post extends Flow<typeof Post> {
    static state = z.object({ drafts: z.number().default(0) });
    @start() begin() {}
    @listen(or("begin", "rejected")) draft() {
      return ++this.state.drafts;
    }
    @router("draft") review(draft: number) {
      return approval(draft, {
        message: "Publish?",
        outcomes: ["approved", "rejected"],
        timeout: "3d",
        onTimeout: "rejected",
      });
    }
    @listen("approved") publish() {
      return `after ${this.state.drafts}`;
    }
  }
  const third = { "Publish?": () => ({ outcome: "approved" }) };
  expect(await runFlow(Post, { answers: third })).toMatchObject({ output: "after 1", elapsedMs: 0 });
  let asked = 0;
  const late = await runFlow(Post, { answers: { review: () => (++asked < 3 ? undefined : { outcome: "approved" }) } });
  expect(late).toMatchObject({ output: "after 3", elapsedMs: 6 * 86_400_000 });
  const drafts = new Set<number>();
  const seen = await simulate(Post, {
    answers: { review: { outcome: "approved" } },
    check: ({ state }) => void drafts.add(state.drafts),
    maxCalls: 3,
    runs: 80,
    crashes: 1,
  });
  expect([...drafts].sort()).toEqual([1, 2, 3]);
  expect(seen.coverage.missing).toEqual([]);
});
