/** An argument as one types it in a shell. */
export function quoted(argument: string): string {
  return /^[\w@%+=:,./#-]+$/.test(argument) && !argument.startsWith("#")
    ? argument
    : `'${argument.replaceAll("'", `'\\''`)}'`;
}

/** The command as it was started here, to be typed again. */
export function commandName(env: NodeJS.ProcessEnv = process.env): string {
  if (env.npm_command !== "exec" && env.npm_command !== "run-script") return "millrace";
  return env.npm_config_user_agent?.startsWith("pnpm") ? "pnpm exec millrace" : "npx millrace";
}
