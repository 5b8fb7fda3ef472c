import { describe, expect, test } from "vitest";
import {
  and,
  atLeast,
  each,
  failed,
  keep,
  on,
  or,
  router,
  sampleFlow,
  signal,
  start,
} from "../../test/support/sample-flow.js";
import { compile } from "./compile.js";
import { describeGraph } from "./graph.js";
import { plotMermaid } from "./mermaid.js";

const review = compile(
  sampleFlow({
    research: start(),
    write: on(or("research", "rework")),
    check: router(["good", "rework", "hopeless"], "write"),
    publish: on(and("write", "good", keep("research"))),
  }),
);

describe("describeGraph", () => {
  test("has a node for the kickoff, each step, each join and each label that nobody hears", () => {
    expect(describeGraph(review).nodes).toEqual([
      { id: "start", kind: "start", name: "start" },
      { id: "step:research", kind: "step", name: "research" },
      { id: "step:write", kind: "step", name: "write" },
      { id: "step:check", kind: "router", name: "check" },
      { id: "step:publish", kind: "step", name: "publish" },
      { id: "join:publish:5", kind: "join", name: "and" },
      { id: "label:hopeless", kind: "label", name: "hopeless" },
    ]);
  });

  test("has an edge for each leaf, named by what it carries; the way back to a head is marked", () => {
    expect(describeGraph(review).edges).toEqual([
      { from: "start", to: "step:research", kind: "start" },
      { from: "step:research", to: "step:write", kind: "step" },
      { from: "step:check", to: "step:write", kind: "label", label: "rework", back: true },
      { from: "step:write", to: "step:check", kind: "step" },
      { from: "step:write", to: "join:publish:5", kind: "step" },
      { from: "step:check", to: "join:publish:5", kind: "label", label: "good" },
      { from: "step:research", to: "join:publish:5", kind: "step", label: "keep" },
      { from: "join:publish:5", to: "step:publish", kind: "join" },
      { from: "step:check", to: "label:hopeless", kind: "label", label: "hopeless" },
    ]);
  });

  test("draws signals, failures, counts, modes and each router of a label", () => {
    const graph = describeGraph(
      compile(
        sampleFlow({
          a: start(),
          g: router(["x"], "a"),
          h: router(["x"], "a"),
          z: on(each(failed("a"), "x", atLeast(2, signal("s"), "a", "g"))),
        }),
      ),
    );
    expect(graph.nodes).toContainEqual({ id: "signal:s", kind: "signal", name: "s" });
    const join = graph.nodes.find((node) => node.kind === "join")!;
    expect(join.name).toBe("2 of 3");
    expect(graph.edges.filter((edge) => edge.to === "step:z")).toEqual([
      { from: "step:a", to: "step:z", kind: "failed", label: "failed · each" },
      { from: "step:g", to: "step:z", kind: "label", label: "x · each" },
      { from: "step:h", to: "step:z", kind: "label", label: "x · each" },
      { from: join.id, to: "step:z", kind: "join", label: "each" },
    ]);
  });

  test("is plain data whose edges end at its nodes", () => {
    const graph = describeGraph(review);
    expect(JSON.parse(JSON.stringify(graph))).toEqual(graph);
    const ids = new Set(graph.nodes.map((node) => node.id));
    expect(ids.size).toBe(graph.nodes.length);
    for (const { from, to } of graph.edges) expect(ids.has(from) && ids.has(to)).toBe(true);
  });
});

describe("plotMermaid", () => {
  test("is a flowchart", () => {
    expect(plotMermaid(review)).toBe(`flowchart TD
  n0(["start"])
  n1["research"]
  n2["write"]
  n3{"check"}
  n4["publish"]
  n5(("and"))
  n6("hopeless")
  n0 --> n1
  n1 --> n2
  n3 -->|"rework"| n2
  n2 --> n3
  n2 --> n5
  n3 -->|"good"| n5
  n1 -->|"keep"| n5
  n5 --> n4
  n3 -->|"hopeless"| n6
`);
  });

  test("dots what comes from outside or from a failure", () => {
    const plot = plotMermaid(compile(sampleFlow({ a: start(), y: on(signal("s")), z: on(failed("a")) })));
    expect(plot).toContain("n1 -.-> n3");
    expect(plot).toContain('n2 -.->|"failed"| n4');
  });

  test("names that mermaid would read as syntax or HTML are written as entities", () => {
    const plot = plotMermaid(compile(sampleFlow({ 'a"]; click <b>#1': start(), " ": start(), größe: start() })));
    expect(plot).toContain('n1["a#34;#93;#59; click #60;b#62;#35;1"]');
    expect(plot).toContain('n2["#8203; "]');
    expect(plot).toContain('n3["größe"]');
  });
});
