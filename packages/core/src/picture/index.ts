export { plotSvg } from "./svg.js";
export type {
  CallOverlay,
  PictureOptions,
  PictureTheme,
  RunOverlay,
  StepFacts,
  StepOverlay,
  StepStanding,
} from "./types.js";
