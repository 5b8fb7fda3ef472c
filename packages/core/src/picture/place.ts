/** Where the library puts nodes and edges, top to bottom, with or without boxes of its own for loops. */
import { loadDagre } from "#load-dagre";
import type { Box, LayoutInput, PlacedEdge, Placement, Point, Size } from "./placement.js";

/** Beyond so many edges lines run closer to each other, and are put in order with less effort: it grows with their square. */
const many = 150;
/** Beyond so many the order is the one that was found first. */
const tooMany = 600;

export function place({ graph, sizes, labels, outerLoops }: LayoutInput, boxes: boolean): Placement {
  const dagre = loadDagre();
  const drawing = new dagre.Graph({ multigraph: true, compound: true });
  const isMany = graph.edges.length > many;
  const effort = isMany ? { edgesep: 8, ranker: "tight-tree" as const } : { edgesep: 22 };
  drawing.setGraph({ rankdir: "TB", nodesep: 30, ranksep: 46, marginx: 24, marginy: 24, ...effort });
  drawing.setDefaultEdgeLabel(() => ({}));

  const loops = boxes ? outerLoops.map((_, loop) => loop) : [];
  for (const loop of loops) drawing.setNode(`loop:${loop}`, {});
  for (const loop of loops) if (outerLoops[loop]! >= 0) drawing.setParent(`loop:${loop}`, `loop:${outerLoops[loop]}`);
  const loopOf = new Map(graph.nodes.map(({ id, loop }) => [id, loop]));
  const addNode = (id: string, size: Size, loop: number) => {
    drawing.setNode(id, { ...size });
    if (boxes && loop >= 0) drawing.setParent(id, `loop:${loop}`);
  };
  for (const { id, loop } of graph.nodes) addNode(id, sizes.get(id)!, loop);

  // An edge that leads back is laid beside the steps of its loop, by two helpers without size.
  const ways = graph.edges.map((edge, i) => {
    const said = labels.get(edge);
    const label = { ...(said && { width: said.width, height: said.height, labelpos: "c" as const }) };
    if (!edge.back) {
      drawing.setEdge(edge.from, edge.to, label, String(i));
      return [edge.from, edge.to] as const;
    }
    const [above, below] = [`above:${i}`, `below:${i}`] as const;
    const loop = loopOf.get(edge.to)!;
    const none = { width: 1, height: 1 };
    addNode(above, none, loop);
    addNode(below, none, loop);
    drawing.setEdge(above, edge.to, {}, `${i}a`);
    drawing.setEdge(edge.from, below, {}, `${i}b`);
    drawing.setEdge(above, below, label, String(i));
    return [above, below] as const;
  });
  dagre.layout(drawing, { disableOptimalOrderHeuristic: graph.edges.length > tooMany });

  const boxOf = (id: string) => {
    const { x, y, width, height } = drawing.node(id) as Box;
    return { x, y, width, height };
  };
  const edges = graph.edges.map((edge, i): PlacedEdge => {
    const { points, x, y } = drawing.edge(...ways[i]!, String(i)) as { points: Point[]; x?: number; y?: number };
    const inner = points.slice(1, -1);
    const size = labels.get(edge);
    const label = size && x !== undefined && y !== undefined ? { label: { x, y, ...size } } : {};
    return { edge, through: edge.back ? inner.reverse() : inner, ...label };
  });
  return {
    width: 0,
    height: 0,
    nodes: new Map(graph.nodes.map(({ id }) => [id, boxOf(id)])),
    edges,
    loops: new Map(loops.map((loop) => [loop, boxOf(`loop:${loop}`)])),
  };
}
