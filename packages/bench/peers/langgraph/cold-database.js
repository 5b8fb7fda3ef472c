import { Annotation, END, START, StateGraph } from "@langchain/langgraph";
import { SqliteSaver } from "@langchain/langgraph-checkpoint-sqlite";

const app = new StateGraph(Annotation.Root({ count: Annotation() }))
  .addNode("step", async ({ count }) => ({ count: count + 1 }))
  .addEdge(START, "step")
  .addEdge("step", END)
  .compile({ checkpointer: SqliteSaver.fromConnString(":memory:") });
const { count } = await app.invoke({ count: 0 }, { configurable: { thread_id: "run" } });
process.stdout.write(`done ${count}\n`);
