export interface DocComment {
  /** What stands before the first tag, in one line. */
  readonly text: string;
  /** Of `@param name text`, by name; `@param options.name` counts as `name`. */
  readonly params: Readonly<Record<string, string>>;
}

/** Reads what stands between the marks of a doc comment. */
export function docComment(inside: string): DocComment {
  const lines = inside.split("\n").map((line) => line.replace(/^\s*\*? ?/, "").trimEnd());
  const [text = "", ...tags] = lines.join("\n").split(/^@/m);
  const params = tags.flatMap((tag) => {
    const found = /^param\s+(?:\{[^}]*\}\s+)?\[?(?:[\w$]+\.)?([\w$]+)(?:=[^\]]*)?\]?\s*-?\s*([\s\S]*)$/.exec(tag);
    return found?.[2] ? [[found[1]!, oneLine(found[2])] as const] : [];
  });
  return { text: oneLine(text), params: Object.fromEntries(params) };
}

const oneLine = (text: string): string => text.trim().replace(/\s+/g, " ");
