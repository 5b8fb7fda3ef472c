/** What the models of the crash tests say: always the same to the same, and to be told apart in a journal. */
import { type Answer, type ChatRequest, newestText } from "@millrace-tools/model-server";

/** Which request it is: its model, and how often that one has spoken. */
export function markOf({ model, messages }: ChatRequest): string {
  const from = messages.findLastIndex(({ role }) => role === "user");
  return `${model}-${messages.slice(from).filter(({ role }) => role === "assistant").length}`;
}

const weatherIn = (city: string, mark: string) => ({ name: "weather", input: { city }, id: `${mark}-${city}` });

/** What is said at each mark; it has the mark in it. */
const said: Readonly<Record<string, Answer>> = {
  "planner-0": {
    reasoning: "planner-0 thinks",
    calls: [weatherIn("Rome", "planner-0"), weatherIn("Oslo", "planner-0")],
    usage: { input: 10, output: 4, reasoning: 2 },
  },
  "planner-1": {
    text: "planner-1 books",
    calls: [
      { name: "book", input: { city: "Rome" }, id: "planner-1-book" },
      { name: "pay", input: { cents: 5 }, id: "planner-1-pay" },
    ],
    usage: { input: 20, output: 6, cached: 10 },
  },
  "planner-2": { text: "planner-2: to Rome", usage: { input: 40, output: 8 } },
  "clerk-0": { text: "clerk-0 room" },
  "judge-0": { json: { mood: "judge-0 likes it" } },
  "absent-0": { status: 500, message: "absent" },
  "backup-0": { text: "backup-0 says Rome" },
  "closer-0": { text: "closer-0 bids farewell" },
};

export const boughtMarks = Object.keys(said).filter((mark) => mark !== "absent-0");

/** A conversation's requests are told apart by what was said last, and a summary by what it is of. */
export function talkMarkOf(request: ChatRequest): string {
  return `${request.model}(${newestText(request).replaceAll(/\s+/g, " ")})`;
}

export function answerTo(request: ChatRequest): Answer {
  if (request.model === "talker") return { text: `said to ${newestText(request)}: ${"many words ".repeat(6)}` };
  if (request.model === "writer") return { text: `a summary of ${newestText(request).length} characters` };
  return (
    said[markOf(request)] ?? { status: 500, message: `nothing is said to ${markOf(request)}: ${newestText(request)}` }
  );
}
