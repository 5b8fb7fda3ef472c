/** What several step types check at load. */
import { nearest } from "millrace";
import type { StepContext, StepProblem } from "../step-context.js";

/** A type as documents write it; nothing is no problem. */
export function checkType(path: StepProblem["path"], written: unknown, context: StepContext): StepProblem[] {
  if (written === undefined) return [];
  const found = context.type(written);
  return "problem" in found ? [{ path, ...found.problem }] : [];
}

/** A connection of one of these types; nothing is no problem. */
export function checkConnection(id: string | undefined, types: readonly string[], context: StepContext): StepProblem[] {
  if (id === undefined) return [];
  const { connections } = context;
  const found = connections.get(id);
  const fitting = [...connections].filter(([, { type }]) => types.includes(type)).map(([name]) => name);
  if (!found) {
    const near = nearest(id, connections.keys());
    return [
      {
        path: ["connection"],
        message: `There is no connection "${id}".${near ? ` Did you mean "${near}"?` : ""}`,
        hint: `Add it under \`connections:\`, with \`type: ${types[0]}\`.`,
        allowed: fitting,
        ...(near && { nearest: near }),
      },
    ];
  }
  if (types.includes(found.type)) return [];
  return [
    {
      path: ["connection"],
      message: `The connection "${id}" is of type ${found.type}; this step takes ${types.join(" or ")}.`,
      hint: fitting.length ? `Take one of: ${fitting.join(", ")}.` : `Add a connection with \`type: ${types[0]}\`.`,
      allowed: fitting,
    },
  ];
}
