/**
 * Strongly connected components (Tarjan), restricted to one region of a graph at a time. Keeps its own stack, so a
 * chain of any length is fine, and its scratch arrays, so looking into a small region costs only that region.
 */

/** The order of a node whose component is known: later than any that is met, so it lowers nothing. */
const closed = 0x7fff_ffff;

export class ComponentFinder {
  readonly #edges: readonly (readonly number[])[];
  /** The region in which each node stands now. */
  readonly region: Int32Array;
  /** When each node was first met, from 1; 0: not yet. */
  readonly #order: Int32Array;
  readonly #low: Int32Array;
  readonly #cursor: Int32Array;

  /** `edges`: successors by node. All nodes begin in region 0. */
  constructor(edges: readonly (readonly number[])[]) {
    this.#edges = edges;
    this.region = new Int32Array(edges.length);
    this.#order = new Int32Array(edges.length);
    this.#low = new Int32Array(edges.length);
    this.#cursor = new Int32Array(edges.length);
  }

  /** The components of the region made of `nodes` that hold a cycle, each in ascending order. */
  cyclic(nodes: readonly number[], region: number): number[][] {
    // In variables, because most plans are compiled once, by code that V8 has not optimized.
    const order = this.#order;
    const low = this.#low;
    const cursor = this.#cursor;
    const found: number[][] = [];
    const path: number[] = [];
    const open: number[] = [];
    let visited = 0;
    nodes.forEach((node) => {
      order[node] = 0;
    });
    nodes.forEach((root) => {
      let node = order[root] === 0 ? root : -1;
      while (node !== -1) {
        if (order[node] === 0) {
          order[node] = low[node] = ++visited;
          cursor[node] = 0;
          path.push(node);
          open.push(node);
        }
        const next = this.#edges[node]![cursor[node]!++];
        if (next === undefined) {
          path.pop();
          const parent = path.length === 0 ? -1 : path[path.length - 1]!;
          if (low[node] === order[node]) this.#close(node, open, found);
          else if (low[node]! < low[parent]!) low[parent] = low[node]!;
          node = parent;
        } else if (this.region[next] === region) {
          if (order[next] === 0) node = next;
          else if (order[next]! < low[node]!) low[node] = order[next]!;
        }
      }
    });
    return found;
  }

  #close(node: number, open: number[], found: number[][]): void {
    const first = open.lastIndexOf(node);
    if (first === open.length - 1 && !this.#edges[node]!.includes(node)) {
      open.pop();
      this.#order[node] = closed;
      return;
    }
    const members = open.splice(first);
    for (const member of members) this.#order[member] = closed;
    found.push(members.sort((a, b) => a - b));
  }
}
