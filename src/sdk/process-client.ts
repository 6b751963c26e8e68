import { CrossfadeError } from '../core/errors.ts';
import type { Crossfade, Migration } from './crossfade.ts';

let open: readonly Crossfade[] = [];
let newest: Crossfade | undefined;
const declared = new Set<string>();

/** From now on `migration(name)` is about this client, until a newer one comes or it is closed. */
export function attach(client: Crossfade): void {
  open = [...open, client];
  newest = client;
  for (const name of declared) client.migration(name);
}

/** A client that is closed gives way to one that is open; without any it still serves the safe side. */
export function detach(client: Crossfade): void {
  open = open.filter((other) => other !== client);
  newest = open.at(-1) ?? newest;
}

/**
 * The application's hold on one migration, wherever the process's client comes from and whether it is
 * there yet: a field of a class may call this before anything is connected. An operation before
 * `createCrossfade` or `CrossfadeModule` throws `invalidInput`.
 */
export function migration<Result = unknown>(name: string): Migration<Result> {
  declared.add(name);
  newest?.migration(name);
  let held: Migration<Result> | undefined;
  let holder: Crossfade | undefined;
  const bound = (): Migration<Result> => {
    if (held !== undefined && holder === newest) return held;
    if (newest === undefined) {
      throw new CrossfadeError(
        'invalidInput',
        `an operation of ${name} ran before this process was connected; call createCrossfade(...), import CrossfadeModule, or force a side in a test by CrossfadeTesting`,
      );
    }
    holder = newest;
    held = newest.migration<Result>(name);
    return held;
  };
  return {
    name,
    // Not before it is called: an error belongs to the promise that the caller awaits.
    read: async (call) => bound().read(call),
    write: async (call) => bound().write(call),
  };
}
