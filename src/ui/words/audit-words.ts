/** More than this of a value is not shown in a line. */
const longest = 120;

/** `revision 3f2c, reason lunch`: what else belongs to an act, in one line. */
export function detailWords(detail: Readonly<Record<string, unknown>>): string {
  return Object.entries(detail)
    .filter(([, value]) => !isEmpty(value))
    .map(([key, value]) => `${key} ${valueWords(value)}`)
    .join(', ');
}

function isEmpty(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === null || value === undefined || value === '';
}

function valueWords(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
