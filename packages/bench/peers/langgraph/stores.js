/** LangGraph with SqliteSaver and durability "sync": a checkpoint after every superstep, before the next. */
import { Annotation, Command, END, interrupt, START, StateGraph } from "@langchain/langgraph";
import { SqliteSaver } from "@langchain/langgraph-checkpoint-sqlite";
import { checkpoint, loadSqlite, openDatabase } from "../../src/measure/sqlite.js";
import { bigState, changedFields } from "../../src/workloads/big-state.js";
import { smallState } from "../../src/workloads/in-memory.js";
import { callOptions, chainGraph, runChain, thingsEntrypoint } from "./graphs.js";

function openSaver(folder, durability) {
  const database = openDatabase(folder, durability);
  return { database, checkpointer: new SqliteSaver(database) };
}

export function openStore(folder, durability) {
  const { database, checkpointer } = openSaver(folder, durability);
  return {
    chain(steps) {
      const app = chainGraph(steps).compile({ checkpointer });
      return (id) => runChain(app, steps, id);
    },
    settle: () => checkpoint(database),
    storedSteps: (id) => database.prepare("SELECT count(*) FROM checkpoints WHERE thread_id = ?").pluck().get(id),
    close: () => database.close(),
  };
}

export function openThings(folder, durability) {
  const { database, checkpointer } = openSaver(folder, durability);
  return {
    chain(things) {
      const app = thingsEntrypoint(things, checkpointer);
      return (id) => app.invoke(0, callOptions(things, id));
    },
    settle: () => checkpoint(database),
    storedSteps: (id) => database.prepare("SELECT count(*) FROM writes WHERE thread_id = ?").pluck().get(id),
    close: () => database.close(),
  };
}

export function openBigState(folder) {
  const { database, checkpointer } = openSaver(folder, "normal");
  const options = callOptions(10_000, "big");
  let app;
  return {
    run(place, loop) {
      app = new StateGraph(Annotation.Root({ mark: Annotation(), items: Annotation() }))
        .addNode("work", async (state) => changedFields(state, place, loop.next()))
        .addEdge(START, "work")
        .addConditionalEdges("work", () => (loop.done ? END : "work"), ["work", END])
        .compile({ checkpointer });
      return app.invoke(bigState(), options);
    },
    reread: async () => (await app.getState(options)).values,
    settle: () => checkpoint(database),
    close: () => database.close(),
  };
}

/** The loop ends in a node that waits for an answer: so a LangGraph run is left and gone on with. */
function waitingGraph(turns, reached) {
  return new StateGraph(Annotation.Root({ count: Annotation(), last: Annotation() }))
    .addNode("work", async ({ count }) => ({ count: count + 1, last: "x" }))
    .addNode("wait", async ({ count }) => {
      interrupt("go on?");
      reached();
      return { count: count + 1 };
    })
    .addEdge(START, "work")
    .addConditionalEdges("work", ({ count }) => (count < turns ? "work" : "wait"), ["work", "wait"])
    .addEdge("wait", END);
}

const unreachable = () => {
  throw new Error("the step that waits went on");
};

export const openRun = {
  warm: loadSqlite,
  async prepare(folder, steps) {
    const { database, checkpointer } = openSaver(folder, "normal");
    const app = waitingGraph(steps, unreachable).compile({ checkpointer });
    await app.invoke(smallState, callOptions(steps, "run"));
    checkpoint(database);
    database.close();
  },
  define(steps, reached) {
    const graph = waitingGraph(steps, reached);
    return async (folder) => {
      const app = graph.compile({ checkpointer: openSaver(folder, "normal").checkpointer });
      return (await app.invoke(new Command({ resume: true }), callOptions(steps, "run"))).count;
    };
  },
};
