/** The environment of a child: what this process has (PATH, HOME and so on) and what is added. */
export function inheritedEnvironment(added: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  // oxlint-disable-next-line node/no-process-env -- handed on as a whole, never read
  return { ...process.env, ...added };
}
