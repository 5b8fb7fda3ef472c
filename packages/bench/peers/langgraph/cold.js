import { Annotation, END, START, StateGraph } from "@langchain/langgraph";

const app = new StateGraph(Annotation.Root({ count: Annotation() }))
  .addNode("step", async ({ count }) => ({ count: count + 1 }))
  .addEdge(START, "step")
  .addEdge("step", END)
  .compile();
const { count } = await app.invoke({ count: 0 });
process.stdout.write(`done ${count}\n`);
