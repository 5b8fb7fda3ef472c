/**
 * Source text that breaks where it has to, as Prettier and Biome do: a group stands in one line where it fits, else each of its
 * items has a line of its own.
 */

/** Text without line breaks, a sequence, or a group. */
export type Source = string | readonly Source[] | Group | Hard | Assignment;

interface Group {
  readonly kind: "group";
  readonly open: string;
  readonly items: readonly Source[];
  readonly close: string;
  /** Between the marks and the items, in one line: a space in braces. */
  readonly pad: string;
  /** Behind the last item where each has a line. */
  readonly comma: string;
  /** Whether the last item may stay in the line of the mark. */
  readonly hugs?: boolean;
}

/** Lines of their own, whatever fits. */
interface Hard {
  readonly kind: "lines";
  readonly open: string;
  readonly lines: readonly Source[];
  readonly close: string;
}

/** A constant: its value on the next line where it does not fit, a choice on three. */
interface Assignment {
  readonly kind: "assignment";
  readonly head: string;
  readonly value: string | readonly [test: string, one: string, other: string];
  /** What ends it. */
  readonly tail: string;
}

const width = 80;

export const assignment = (head: string, value: Assignment["value"], tail = ";"): Source => ({
  kind: "assignment",
  head,
  value,
  tail,
});

export const inBraces = (items: readonly Source[]): Source =>
  items.length === 0 ? "{}" : { kind: "group", open: "{", items, close: "}", pad: " ", comma: "," };

export const inBrackets = (items: readonly Source[]): Source => ({
  kind: "group",
  open: "[",
  items,
  close: "]",
  pad: "",
  comma: ",",
});

/** A call. Its last argument, if that is an object or a function, opens in the call's own line where all before it fits. */
export function call(name: string, args: readonly Source[]): Source {
  const last = args.at(-1);
  const penultimate = args.at(-2);
  const before = args.slice(0, -1);
  const isAlike = isObject(last) && isObject(penultimate);
  const hugs = last !== undefined && opens(last) && !isAlike && before.every((one) => flat(one) !== undefined);
  return { kind: "group", open: `${name}(`, items: args, close: ")", pad: "", comma: ",", hugs };
}

const isObject = (source: Source | undefined): boolean =>
  typeof source === "object" && "kind" in source && source.kind === "group" && source.open === "{";

export const block = (open: string, lines: readonly Source[], close = "}"): Source => ({
  kind: "lines",
  open,
  lines,
  close,
});

/** A method: what it is called with, and its lines. Its parameters break where they have to. */
export function withBody(head: Source, lines: readonly Source[], before = ""): Source {
  const inOne = flat(head);
  const body = block("{", lines);
  // two for its indentation, two for the brace
  if (inOne !== undefined && before.length + inOne.length + 4 <= width) return block(`${before}${inOne} {`, lines);
  return [before, head, " ", body];
}

export function render(source: Source, indent = 0, column = indent): string {
  if (typeof source === "string") return source;
  if (isSequence(source)) {
    let text = "";
    for (const [i, part] of source.entries()) {
      // what stands behind a group on its line counts for it
      const rest = source
        .slice(i + 1)
        .map(head)
        .join("");
      text += renderAt(part, { indent, column: columnAfter(text, column), reserve: firstLine(rest) });
    }
    return text;
  }
  return renderAt(source, { indent, column, reserve: 0 });
}

function renderAt(source: Source, at: { indent: number; column: number; reserve: number }): string {
  if (typeof source === "string" || isSequence(source)) return render(source, at.indent, at.column);
  const { indent, column, reserve } = at;
  if (source.kind === "lines") {
    const lines = source.lines.map((line) => (line === "" ? "" : " ".repeat(indent + 2) + render(line, indent + 2)));
    return [source.open, ...lines, " ".repeat(indent) + source.close].join("\n");
  }
  const inOne = flat(source);
  if (source.kind === "assignment") return assigned(source, inOne!, indent);
  if (inOne !== undefined && column + inOne.length + reserve <= width) return inOne;
  const { open, items, close, comma } = source;
  if (source.hugs) {
    const before = `${open}${items
      .slice(0, -1)
      .map((one) => `${flat(one)!}, `)
      .join("")}`;
    const last = items.at(-1)!;
    const opened = columnAfter(before, column);
    if (opened + firstLine(head(last)) <= width) return `${before}${render(last, indent, opened)}${close}`;
  }
  const lines = items.map((item) => `${" ".repeat(indent + 2)}${render(item, indent + 2)}${comma}`);
  return [open, ...lines, " ".repeat(indent) + close].join("\n");
}

function assigned({ head, value, tail }: Assignment, inOne: string, indent: number): string {
  // a comma comes behind what has no end of its own
  const end = tail === "" ? 1 : 0;
  if (indent + inOne.length + end <= width) return inOne;
  const inner = " ".repeat(indent + 2);
  const whole = inOne.slice(head.length + 1);
  if (typeof value === "string" || inner.length + whole.length + end <= width) return `${head}\n${inner}${whole}`;
  const [test, one, other] = value;
  if (!test.includes(" === ")) return `${head} ${test}\n${inner}? ${one}\n${inner}: ${other}${tail}`;
  return `${head}\n${inner}${test}\n${inner}  ? ${one}\n${inner}  : ${other}${tail}`;
}

/** In one line; undefined: it has lines of its own. */
export function flat(source: Source): string | undefined {
  if (typeof source === "string") return source.includes("\n") ? undefined : source;
  if (!isSequence(source) && source.kind === "assignment") {
    const { head, value, tail } = source;
    return `${head} ${typeof value === "string" ? value : `${value[0]} ? ${value[1]} : ${value[2]}`}${tail}`;
  }
  const parts = isSequence(source) ? source : source.kind === "group" ? source.items : undefined;
  if (!parts) return undefined;
  const texts = parts.map(flat);
  if (texts.some((text) => text === undefined)) return undefined;
  if (isSequence(source)) return texts.join("");
  const { open, pad, close } = source as Group;
  return `${open}${pad}${texts.join(", ")}${pad}${close}`;
}

const isSequence = (source: Source): source is readonly Source[] => Array.isArray(source);

/** Whether it begins with a mark that stays in the line when what is in it breaks. */
function opens(source: Source): boolean {
  if (typeof source === "string") return false;
  if (isSequence(source))
    return isObject(source[0]) || (source.some(opens) && typeof source[0] === "string" && /=> $/.test(source[0]));
  if (source.kind === "assignment") return false;
  return source.kind === "lines" || source.open === "{" || source.open === "[";
}

function head(source: Source): string {
  if (typeof source === "string") return source;
  if (isSequence(source)) return source.map(head).join("");
  return source.kind === "assignment" ? source.head : `${source.open}\n`;
}

const firstLine = (text: string): number => text.split("\n", 1)[0]!.length;

const columnAfter = (text: string, column: number): number => {
  const line = text.lastIndexOf("\n");
  return line < 0 ? column + text.length : text.length - line - 1;
};
