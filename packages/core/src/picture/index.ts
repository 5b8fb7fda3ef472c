export { plotHtml } from "./html.js";
export { plotSvg } from "./svg.js";
export { jsonTypeText } from "./type-text.js";
export type * from "./types.js";
