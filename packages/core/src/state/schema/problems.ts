/** Collects what is wrong with a value while somebody walks through it: `at` is where the walk stands. */
import { nearest, type ValueProblem } from "../../errors/index.js";
import { formatPath, plainPath } from "../paths.js";
import type { PathKey, StatePath } from "../types.js";

export interface FoundProblem {
  readonly path: StatePath;
  readonly message: string;
  /** The schema does not know this key. In an intersection the other side may. */
  readonly unknownKey?: boolean;
}

export class Problems {
  readonly found: FoundProblem[] = [];
  readonly at: PathKey[];

  constructor(at: StatePath = []) {
    this.at = [...at];
  }

  add(message: string, below: StatePath = []): void {
    this.found.push({ path: [...this.at, ...below], message });
  }

  unknownKey(key: string, known: Iterable<string>): void {
    const near = nearest(key, known);
    const message = `The schema knows no key ${JSON.stringify(key)}${near === undefined ? "." : `; did you mean ${JSON.stringify(near)}?`}`;
    this.found.push({ path: [...this.at, key], message, unknownKey: true });
  }

  /** Goes one key down for the time of `visit`. */
  inside(key: PathKey, visit: () => void): void {
    this.at.push(key);
    visit();
    this.at.pop();
  }

  /** What `visit` finds, without adding it. */
  trial(visit: (problems: Problems) => void): readonly FoundProblem[] {
    const trial = new Problems(this.at);
    visit(trial);
    return trial.found;
  }

  addAll(found: readonly FoundProblem[]): void {
    this.found.push(...found);
  }

  get values(): readonly ValueProblem[] {
    return this.found.map(({ path, message }) => ({ path: plainPath(path), message }));
  }
}

/** The problems as lines of a message, as in `user.name: expected string`. */
export function listProblems(problems: readonly ValueProblem[]): string {
  return problems
    .map(({ path, message }) => (path.length === 0 ? message : `${formatPath(path)}: ${message}`))
    .join("\n");
}

/** Unknown keys that both sides of an intersection do not know, and everything else that either side found. */
export function bothSides(left: readonly FoundProblem[], right: readonly FoundProblem[]): readonly FoundProblem[] {
  const names = (found: readonly FoundProblem[]) =>
    new Set(found.filter(isUnknown).map(({ path }) => formatPath(path)));
  const unknownRight = names(right);
  return [
    ...left.filter((problem) => !isUnknown(problem) || unknownRight.has(formatPath(problem.path))),
    ...right.filter((problem) => !isUnknown(problem)),
  ];
}

function isUnknown(problem: FoundProblem): boolean {
  return problem.unknownKey === true;
}
