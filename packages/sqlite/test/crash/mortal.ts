import type { FlowPersistence } from "millrace";

const writing = ["create", "append", "rest", "claim", "release", "post", "prune", "compact", "tidy"];

/** A persistence whose process dies (SIGKILL) at one of its writes: `before:7` just before the seventh, `after:7` just after. */
export function mortal(
  inner: FlowPersistence,
  killAt = "never:0",
  written: (writes: number) => void = () => {},
): FlowPersistence {
  const [when, at] = killAt.split(":") as [string, string];
  let writes = 0;
  return new Proxy(inner, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      if (!writing.includes(String(name))) return member.bind(target);
      return async (...args: unknown[]) => {
        const mine = ++writes === Number(at);
        if (mine && when === "before") process.kill(process.pid, "SIGKILL");
        const answer: unknown = await member.apply(target, args);
        if (mine && when === "after") process.kill(process.pid, "SIGKILL");
        written(writes);
        return answer;
      };
    },
  });
}
