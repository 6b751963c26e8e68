import { quoteLiteral } from '../identifier.ts';

/**
 * True, in the condition of a trigger, for a statement that is not the sync's own: `crossfade.echo` names the
 * operation and the depth at which that writes; `crossfade.sync = off` is how the backfill passes by.
 */
export const heardBy = (id: string): string =>
  `current_setting('crossfade.echo', true) IS DISTINCT FROM ${quoteLiteral(`${id}:`)} || pg_trigger_depth() ` +
  `AND current_setting('crossfade.sync', true) IS DISTINCT FROM 'off'`;
