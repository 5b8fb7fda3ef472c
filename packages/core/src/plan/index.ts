export { type CompileOptions, compile } from "./compile.js";
export { describeGraph, type FlowGraph, type GraphEdge, type GraphNode } from "./graph.js";
export { GraphParts, labelled } from "./graph-parts.js";
export { plotMermaid } from "./mermaid.js";
export {
  alternativeKey,
  conditionWords,
  entryKey,
  labelNames,
  leafKey,
  loopKey,
  loopText,
  loopWords,
  triggerText,
  type Words,
} from "./plan-words.js";
export { renamePlan } from "./rename-plan.js";
export type {
  FlowPlan,
  PlanAlternative,
  PlanEntry,
  PlanGroup,
  PlanLabel,
  PlanLeaf,
  PlanLoop,
  PlanNode,
  PlanStep,
  PlanTrigger,
} from "./types.js";
