import type { CheckedPart } from './checked-part.ts';
import { safe } from './words.ts';

/** Part by part, the verdict in front; the whole on the first line. */
export function checkText(
  policies: readonly string[],
  verdict: 'go' | 'no-go',
  parts: readonly CheckedPart[],
): string {
  const lines = parts.flatMap(({ part, verdict: own, told }) =>
    told.map((line, at) => {
      const head = at === 0 ? `${part.padEnd(9)} ${own.padEnd(8)}` : ' '.repeat(18);
      return `${head} ${safe(line)}`;
    }),
  );
  const unknown = parts.filter((part) => part.verdict === 'unknown').length;
  const rest = unknown === 0 ? '' : `, ${unknown} of ${parts.length} parts unknown`;
  return [`${policies.map(safe).join(', ')}  ${verdict.toUpperCase()}${rest}`, ...lines, ''].join(
    '\n',
  );
}
