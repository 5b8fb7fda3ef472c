/** What a layout takes and answers: sizes and places in px, from the top left. */
import type { PictureEdge, PictureGraph } from "./picture-graph.js";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** `x` and `y` are its middle. */
export interface Box extends Point, Size {}

export interface Lane {
  /** Edges of one lane share their port at the hub. */
  readonly id: string;
  /** Which points of `through` are corners between upright and level lines: from and to that index. */
  readonly rail: readonly [first: number, last: number];
  /** It leads into the block. */
  readonly isArriving: boolean;
}

export interface PlacedEdge {
  readonly edge: PictureEdge;
  /** Between the two, from above to below; of an edge that leads back: beside the steps that it passes, from below to above. */
  readonly through: readonly Point[];
  /** Of an edge that runs with others into a block, or out of one. */
  readonly lane?: Lane;
  /** The label's box. */
  readonly label?: Box;
}

export interface Placement extends Size {
  readonly nodes: ReadonlyMap<string, Box>;
  readonly edges: readonly PlacedEdge[];
  /** By the plan's number of the loop. */
  readonly loops: ReadonlyMap<number, Box>;
}

export interface LayoutInput {
  readonly graph: PictureGraph;
  readonly sizes: ReadonlyMap<string, Size>;
  /** By edge: the size of its label. */
  readonly labels: ReadonlyMap<PictureEdge, Size>;
  /** By loop of the plan: the loop around it, or -1. */
  readonly outerLoops: readonly number[];
}
