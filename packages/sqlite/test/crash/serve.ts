/** What a process of the crash tests is told to do, and with which environment. */
export interface Order<C> {
  readonly command: C;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * With arguments: does that one command, prints one JSON line and ends. Without: takes commands from the process that forked it, one
 * after another, until that one is gone.
 */
export async function serve<C extends readonly unknown[]>(carryOut: (command: C) => Promise<object>): Promise<void> {
  const args: unknown = process.argv.slice(2);
  if ((args as C).length > 0) console.log(JSON.stringify(await carryOut(args as C)));
  else
    process.on("message", async ({ command, env }: Order<C>) => {
      const before = { ...process.env };
      Object.assign(process.env, env);
      try {
        process.send!(await carryOut(command));
      } finally {
        for (const name of Object.keys(env)) {
          if (before[name] === undefined) delete process.env[name];
          else process.env[name] = before[name];
        }
      }
    });
}
