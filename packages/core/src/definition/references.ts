/** What `f` is in `f => f.step` at run time: reading a property of it answers a token that bears the name. */
const refName = Symbol("millrace.ref");

interface Reference {
  (): never;
  readonly [refName]: string;
}

const flow: object = new Proxy(Object.freeze({}), {
  get: (_target, name) => (typeof name === "string" ? reference(name) : undefined),
});

function reference(name: string): Reference {
  const token = () => {
    throw new TypeError(`f.${name} only names a step here; it can't be called.`);
  };
  return Object.assign(token, { [refName]: name });
}

/** The name that a reference bears; undefined for any other function. */
export function referredName(value: unknown): string | undefined {
  return typeof value === "function" ? (value as Partial<Reference>)[refName] : undefined;
}

/** What `f => …` answers, its references as tokens. */
export function resolveReferences(callback: (flow: any) => unknown): unknown {
  return callback(flow);
}
