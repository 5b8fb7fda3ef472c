/** The picture that the docs show is the one that the flow of their page draws. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Flow, listen, or, route, router, start } from "millrace";
import { expect, test } from "vitest";

class Review extends Flow<{ rounds: number }> {
  override initialState = { rounds: 0 };
  @start() research() {
    return "notes";
  }
  @listen(or("research", "rework"), { timeout: "30s" }) write(notes: string) {
    return `${notes}, draft ${this.state.rounds}`;
  }
  @router("write", { routes: ["good", "rework"] }) check(draft: string) {
    return this.state.rounds < 3 ? route("rework", "better notes") : route("good", draft);
  }
  @listen("good") publish(draft: string) {
    return draft;
  }
}

test("docs/review.svg is drawn anew by MILLRACE_WRITE=1", () => {
  const file = fileURLToPath(new URL("../../../docs/review.svg", import.meta.url));
  const drawn = Review.plot({ format: "svg" });
  if (process.env.MILLRACE_WRITE) writeFileSync(file, drawn);
  expect(readFileSync(file, "utf8")).toBe(drawn);
});
