export interface DocComment {
  /** What stands before the first tag, in one line. */
  readonly text: string;
  /** Of `@param name text`, by name; `@param options.name` counts as `name`. */
  readonly params: Readonly<Record<string, string>>;
  /** Of `@default`, as it is written. */
  readonly default?: string;
  /** Of `@deprecated`: why, or empty. */
  readonly deprecated?: string;
}

/** Reads what stands between the marks of a doc comment. */
export function docComment(inside: string): DocComment {
  const lines = inside.split("\n").map((line) => line.replace(/^\s*\*? ?/, "").trimEnd());
  const [text = "", ...tags] = lines.join("\n").split(/^@|(?<=\s)@(?=(?:default|deprecated)\b)/m);
  const params = tags.flatMap((tag) => {
    const found = /^param\s+(?:\{[^}]*\}\s+)?\[?(?:[\w$]+\.)?([\w$]+)(?:=[^\]]*)?\]?\s*-?\s*([\s\S]*)$/.exec(tag);
    return found?.[2] ? [[found[1]!, oneLine(found[2])] as const] : [];
  });
  const said = (name: string) => tags.find((tag) => new RegExp(`^${name}\\b`).test(tag))?.slice(name.length);
  const fallback = said("default");
  const deprecated = said("deprecated");
  return {
    text: oneLine(text),
    params: Object.fromEntries(params),
    ...(fallback !== undefined && { default: oneLine(fallback) }),
    ...(deprecated !== undefined && { deprecated: oneLine(deprecated) }),
  };
}

const oneLine = (text: string): string => text.trim().replace(/\s+/g, " ");
