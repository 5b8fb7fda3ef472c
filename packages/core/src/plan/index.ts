export { type CompileOptions, compile } from "./compile.js";
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
