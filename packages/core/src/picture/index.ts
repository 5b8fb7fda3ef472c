export { plotHtml } from "./html.js";
export { plotSvg } from "./svg.js";
export type {
  CallOverlay,
  PictureOptions,
  PictureTheme,
  RunOverlay,
  StepOverlay,
  StepStanding,
} from "./types.js";
