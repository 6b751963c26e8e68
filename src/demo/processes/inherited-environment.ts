/**
 * Variables that would let the shell's Crossfade, its database or its surroundings reach into the
 * demo, which brings everything with it.
 */
const keptOut = /^(CROSSFADE_.*|DATABASE_URL|PG[A-Z]+|KUBERNETES_SERVICE_HOST)$/;

/** The environment of a child: what this process has (PATH, HOME and so on) and what is added. */
export function inheritedEnvironment(added: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  // oxlint-disable-next-line node/no-process-env -- handed on, never read
  const inherited = Object.entries(process.env).filter(([name]) => !keptOut.test(name));
  return { ...Object.fromEntries(inherited), ...added };
}
