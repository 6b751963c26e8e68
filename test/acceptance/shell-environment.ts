import { delimiter } from 'node:path';

/** How the machine reaches a registry; all else that npm hands to its scripts belongs to this clone. */
const ofTheMachine = /^npm_config_(registry|proxy|https_proxy|cafile|strict_ssl)$/;
const ofThisClone = /^(npm_.*|CROSSFADE_.*|DATABASE_URL|PG[A-Z]+|NODE|NODE_OPTIONS|INIT_CWD)$/;

/**
 * The environment of a shell that knows nothing of this clone: the programs of `node_modules` are off
 * its PATH, so `node` is the shell's own.
 * @param user name of the account, when it is not ours
 */
export function shellEnvironment(home: string, user?: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => ofTheMachine.test(name) || !ofThisClone.test(name),
  );
  const path = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => !/node_modules|node-gyp-bin/.test(folder))
    .join(delimiter);
  const own = user === undefined ? {} : { USER: user, LOGNAME: user };
  return { ...Object.fromEntries(kept), PATH: path, HOME: home, ...own };
}
