/** The workloads as LangGraph graphs: a node per step. */
import { Annotation, END, entrypoint, START, StateGraph, task } from "@langchain/langgraph";
import { smallState } from "../../src/workloads/in-memory.js";

const SmallState = Annotation.Root({ count: Annotation(), last: Annotation() });
const step = async ({ count }) => ({ count: count + 1, last: "x" });

/** What a graph is called with: without a limit of its own it stops after 25 steps. */
export const callOptions = (steps, id) => ({
  recursionLimit: steps + 5,
  ...(id === undefined ? {} : { configurable: { thread_id: id }, durability: "sync" }),
});

export function chainGraph(steps) {
  const graph = new StateGraph(SmallState);
  for (let index = 0; index < steps; index++) {
    graph.addNode(`step${index}`, step);
    graph.addEdge(index === 0 ? START : `step${index - 1}`, `step${index}`);
  }
  return graph.addEdge(`step${steps - 1}`, END);
}

export function loopGraph(turns) {
  const again = ({ count }) => (count < turns ? "work" : END);
  return new StateGraph(SmallState)
    .addNode("work", step)
    .addEdge(START, "work")
    .addConditionalEdges("work", again, ["work", END]);
}

export function fanOutGraph(width) {
  const sum = Annotation({ reducer: (total, part) => total + part, default: () => 0 });
  const graph = new StateGraph(Annotation.Root({ count: Annotation(), sum }))
    .addNode("first", async () => ({ count: 1 }))
    .addNode("join", async ({ count }) => ({ count: count + 1 }))
    .addEdge(START, "first")
    .addEdge("join", END);
  const parts = Array.from({ length: width }, (_, index) => `part${index}`);
  for (const [index, part] of parts.entries()) {
    graph.addNode(part, async () => ({ sum: index }));
    graph.addEdge("first", part);
  }
  return graph.addEdge(parts, "join");
}

/** The functional API: an entrypoint whose tasks are each kept. */
export function thingsEntrypoint(count, checkpointer) {
  const thing = task("thing", async () => 1);
  return entrypoint({ name: "things", checkpointer }, async () => {
    let done = 0;
    while (done < count) done += await thing();
    return done;
  });
}

export const runChain = async (app, steps, id) => (await app.invoke(smallState, callOptions(steps, id))).count;
