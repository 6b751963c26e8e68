import { CrossfadeError } from '../../core/errors.ts';

/** Whether `If-None-Match` names the tag; proxies weaken it, and may send several. */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  return (ifNoneMatch ?? '').split(',').some((item) => item.trim().replace(/^W\//, '') === etag);
}

/** The revision in `"12"` or `12`, as clients of deltas send it; null when it is none. */
export function revisionIn(text: string | undefined): number | null {
  const digits = /^(?:W\/)?"?(\d{1,15})"?$/.exec(text?.trim() ?? '')?.[1];
  return digits === undefined ? null : Number(digits);
}

/** The revision in a tag of `client/features`, `"HASH:12:v1"`; null when it is none. */
export function revisionOfTag(tag: string | undefined): number | null {
  const digits = /:(\d{1,15}):v1"?$/.exec(tag?.trim() ?? '')?.[1];
  return digits === undefined ? null : Number(digits);
}

/**
 * The revision that something must still have to be written: that in `If-Match`, 0 for `If-None-Match:
 * *`, any when neither is there. Throws `invalidInput`.
 */
export function expectedRevision(
  headers: Readonly<Record<string, string | undefined>>,
): number | undefined {
  if (headers['if-none-match'] === '*') return 0;
  const given = headers['if-match'];
  if (given === undefined || given === '*') return undefined;
  const revision = revisionIn(given);
  if (revision !== null) return revision;
  throw new CrossfadeError('invalidInput', `If-Match: ${given} is no revision such as "12"`);
}
