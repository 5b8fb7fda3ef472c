/** All flows that a host is given, by name. */
import { FlowError, type FlowOptions } from "millrace";
import { chatShape, isChat } from "./chat-shape.js";
import { type AnyFlowClass, flowClassOf } from "./flow-class.js";
import { inputsSchema, outputSchema } from "./json-schema.js";
import type { DocumentSource, HostedFlow, HostOptions } from "./types.js";

/**
 * @throws {FlowError} SERVER_OPTION_INVALID – something given is no flow, two have the same name, or a minifier has named one
 * @throws {FlowError} PLAN_INVALID – a flow has plan problems
 * @throws {FlowError} DOCUMENT_INVALID – a document has problems
 */
export async function collectFlows(
  { flows = [], documents = [] }: Pick<HostOptions, "flows" | "documents">,
  options: FlowOptions,
): Promise<ReadonlyMap<string, HostedFlow>> {
  const classes = flows.map(flowClassOf);
  for (const document of documents) classes.push(...(await classesOf(document)));
  const hosted = new Map<string, HostedFlow>();
  for (const flowClass of new Set(classes)) {
    const { flow: name } = flowClass.plan();
    checkName(name, flowClass);
    if (hosted.has(name)) throw twice(name);
    hosted.set(name, hostedFlow(name, flowClass, options));
  }
  return hosted;
}

async function classesOf(document: DocumentSource): Promise<AnyFlowClass[]> {
  if (typeof document === "object" && "list" in document) return document.list.map(({ flow }) => flowClassOf(flow));
  const files = typeof document === "string" ? [document] : document;
  if (!Array.isArray(files) || files.length === 0 || !files.every((file) => typeof file === "string")) {
    throw new FlowError("SERVER_OPTION_INVALID", "`documents` holds what is no document.", {
      hint: "Give paths, lists of paths, or what loadDocument has made.",
      details: { option: "documents" },
    });
  }
  const { loadDocument, installedStepTypes } = await documentPackage();
  const { list } = await loadDocument(files as [string, ...string[]], { stepTypes: await installedStepTypes() });
  return list.map(({ flow }) => flowClassOf(flow));
}

async function documentPackage(): Promise<typeof import("@millrace/document")> {
  try {
    return await import("@millrace/document");
  } catch (cause) {
    throw new FlowError("SERVER_OPTION_INVALID", "`documents` can't be read: @millrace/document is not there.", {
      hint: "Install it: npm install @millrace/document",
      details: { option: "documents" },
      cause,
    });
  }
}

function hostedFlow(name: string, flowClass: AnyFlowClass, options: FlowOptions): HostedFlow {
  const inputs = inputsSchema(flowClass);
  const { title } = inputs;
  const description = typeof flowClass.description === "string" ? flowClass.description : inputs.description;
  const chat = chatShape(flowClass);
  return {
    name,
    kind: isChat(chat) ? "chat" : "complete",
    ...(isChat(chat) && { chat }),
    flow: new flowClass(options),
    flowClass,
    inputs,
    output: outputSchema(flowClass),
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
  };
}

/** What a minifier calls a class is another name after the next build: no run would be found again under it. */
function checkName(name: string, { flowName }: AnyFlowClass): void {
  if (process.env.NODE_ENV !== "production" || flowName !== undefined || name.length > 2) return;
  throw new FlowError("SERVER_OPTION_INVALID", `A flow is named "${name}", as minifiers name classes.`, {
    hint: "Runs are stored under the name, which must last: give each flow `static flowName`.",
    details: { option: "flows", flow: name },
  });
}

function twice(name: string): FlowError {
  return new FlowError("SERVER_OPTION_INVALID", `Two flows are named "${name}".`, {
    hint: "Give one of them another `static flowName`.",
    details: { option: "flows", flow: name },
  });
}
