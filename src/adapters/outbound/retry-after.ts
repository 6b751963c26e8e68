/** What may be asked to come again later. */
const later = [429, 503];

/** How long an answer asks to wait, in milliseconds, by seconds or by a date; null where it asks for nothing. */
export function retryAfterOf(
  status: number,
  header: string | undefined,
  now: number,
): number | null {
  if (!later.includes(status) || header === undefined) return null;
  const asked = header.trim();
  if (/^\d{1,9}$/.test(asked)) return Number(asked) * 1_000;
  // `Date.parse` takes much for a date; HTTP's name the day and the zone.
  const at = /^[A-Z][a-z]{2}, .* GMT$/.test(asked) ? Date.parse(asked) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
