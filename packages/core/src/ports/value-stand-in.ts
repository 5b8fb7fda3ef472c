import { parse, stringify } from "devalue";
export const encodeValue = (v: unknown): string => stringify(v);
const deepFreeze = (v: unknown): unknown => {
  if (typeof v === "object" && v !== null && !ArrayBuffer.isView(v)) {
    for (const x of v instanceof Map ? [...v.values()] : v instanceof Set ? [...v] : Object.values(v)) deepFreeze(x);
    Object.freeze(v);
  }
  return v;
};
export const decodeValue = (s: string): unknown => deepFreeze(parse(s));
