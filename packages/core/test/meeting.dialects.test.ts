/** Where features meet. */
import { expect, test } from "vitest";
import { collect, Flow, forEach, listen, MemoryPersistence, start } from "../src/index.js";

test("each element of a list asks for itself, and goes on by itself", async () => {
  const rung: string[] = [];
  class Poll extends Flow {
    @start() people() {
      return ["Ada", "Bob", "Cy"];
    }
    @forEach("people", { retry: { attempts: 2, delay: 0 } }) async vote(person: string) {
      await this.once("ring", () => {
        rung.push(person);
      });
      if (person === "Bob" && this.call.attempt === 1) throw new Error("not at home");
      return `${person}: ${await this.ask(`${person}?`)}`;
    }
    @listen(collect("vote")) count(votes: readonly string[]) {
      return votes;
    }
  }
  const persistence = new MemoryPersistence();
  const run = await new Poll({ persistence }).kickoff();
  expect(run.status).toBe("waiting");
  const poll = new Poll({ persistence });
  const { questions } = await poll.runs.questions({ runId: run.id });
  expect(questions.map(({ prompt }) => prompt).sort()).toEqual(["Ada?", "Bob?", "Cy?"]);
  expect(new Set(questions.map(({ id }) => id)).size).toBe(3);
  const byPrompt = (prompt: string) => questions.find((question) => question.prompt === prompt)!.id;
  await poll.runs.answer(byPrompt("Cy?"), "no");
  await poll.runs.answer(byPrompt("Ada?"), "yes");
  const done = await poll.runs.answer(byPrompt("Bob?"), "yes");
  expect(done).toMatchObject({ status: "completed", output: ["Ada: yes", "Bob: yes", "Cy: no"] });
  expect(rung.sort()).toEqual(["Ada", "Bob", "Cy"]);
});
