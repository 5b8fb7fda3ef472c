import { type FlowPersistence, MemoryPersistence } from "millrace";

/** MemoryPersistence with some methods replaced by ones that break a promise. */
export type Fault = (store: MemoryPersistence) => Partial<FlowPersistence>;

export function faulty(fault: Fault): FlowPersistence {
  const store = new MemoryPersistence();
  const replaced = fault(store);
  return new Proxy<FlowPersistence>(store, {
    get(target, name) {
      const value = Reflect.get(replaced, name) ?? Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
