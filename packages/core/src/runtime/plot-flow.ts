import { type PictureOptions, plotHtml, plotSvg } from "../picture/index.js";
import { describeGraph, type FlowGraph, plotMermaid } from "../plan/index.js";
import type { CompiledFlow } from "./compiled-flow.js";

/** A flow as text for mermaid, or as nodes and edges. */
export interface TextPlot {
  /** @default "mermaid" */
  readonly format?: "mermaid" | "json";
}

/** A flow as a file to look at. */
export interface PicturePlot extends PictureOptions {
  readonly format: "svg" | "html";
}

/** What `Flow.plot` answers; `describeGraph` for `json`, else text. */
export function plotFlow(flow: CompiledFlow, options: TextPlot | PicturePlot = {}): string | FlowGraph {
  switch (options.format) {
    case "svg":
      return plotSvg(flow, options);
    case "html":
      return plotHtml(flow, options);
    case "json":
      return describeGraph(flow.plan);
    default:
      return plotMermaid(flow.plan);
  }
}
