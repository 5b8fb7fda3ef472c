import { createWorkflow, workflowEvent } from "@llamaindex/workflow-core";

const workflow = createWorkflow();
const begin = workflowEvent();
const end = workflowEvent();
workflow.handle([begin], async () => end.with({ count: 1 }));
const { stream, sendEvent } = workflow.createContext();
sendEvent(begin.with());
const { data } = await stream.untilEvent(end);
process.stdout.write(`done ${data.count}\n`);
