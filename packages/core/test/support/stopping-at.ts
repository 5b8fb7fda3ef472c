import type { FlowPersistence } from "../../src/index.js";

/** A store that asks for a stop as soon as its n-th write is stored. */
export function stoppingAt(write: number, store: FlowPersistence, stop: AbortController): FlowPersistence {
  let writes = 0;
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      if (name !== "append" && name !== "create") return member.bind(target);
      return async (...args: unknown[]) => {
        const answer: unknown = await member.apply(target, args);
        if (++writes === write) stop.abort();
        return answer;
      };
    },
  });
}
