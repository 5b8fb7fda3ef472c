export { plotHtml } from "./html.js";
export { plotSvg } from "./svg.js";
export type * from "./types.js";
