/**
 * Strongly connected components (Tarjan), restricted to one region of a graph at a time. Keeps its own stack, so a
 * chain of any length is fine, and its scratch arrays, so looking into a small region costs only that region.
 */
export class ComponentFinder {
  readonly #edges: readonly (readonly number[])[];
  /** The region in which each node stands now. */
  readonly region: Int32Array;
  readonly #order: Int32Array;
  readonly #low: Int32Array;
  readonly #cursor: Int32Array;
  readonly #open: Uint8Array;

  /** `edges`: successors by node. All nodes begin in region 0. */
  constructor(edges: readonly (readonly number[])[]) {
    this.#edges = edges;
    this.region = new Int32Array(edges.length);
    this.#order = new Int32Array(edges.length);
    this.#low = new Int32Array(edges.length);
    this.#cursor = new Int32Array(edges.length);
    this.#open = new Uint8Array(edges.length);
  }

  /** The components of the region made of `nodes` that hold a cycle, each in ascending order. */
  cyclic(nodes: readonly number[], region: number): number[][] {
    for (const node of nodes) this.#order[node] = 0;
    const found: number[][] = [];
    const path: number[] = [];
    const open: number[] = [];
    let visited = 0;
    const enter = (node: number) => {
      this.#order[node] = this.#low[node] = ++visited;
      this.#cursor[node] = 0;
      this.#open[node] = 1;
      path.push(node);
      open.push(node);
    };
    for (const root of nodes) {
      if (this.#order[root] !== 0) continue;
      enter(root);
      while (path.length > 0) {
        const node = path.at(-1)!;
        const next = this.#next(node, region);
        if (next === undefined) {
          path.pop();
          const parent = path.at(-1);
          if (parent !== undefined) this.#lower(parent, this.#low[node]!);
          if (this.#low[node] === this.#order[node]) this.#close(node, open, found);
        } else if (this.#order[next] === 0) enter(next);
        else if (this.#open[next] === 1) this.#lower(node, this.#order[next]!);
      }
    }
    return found;
  }

  /** The next successor inside the region, each one once. */
  #next(node: number, region: number): number | undefined {
    const edges = this.#edges[node]!;
    while (this.#cursor[node]! < edges.length) {
      const to = edges[this.#cursor[node]!++]!;
      if (this.region[to] === region) return to;
    }
    return undefined;
  }

  #lower(node: number, to: number): void {
    if (to < this.#low[node]!) this.#low[node] = to;
  }

  #close(node: number, open: number[], found: number[][]): void {
    const members = open.splice(open.lastIndexOf(node));
    for (const member of members) this.#open[member] = 0;
    if (members.length > 1 || this.#edges[node]!.includes(node)) found.push(members.sort((a, b) => a - b));
  }
}
