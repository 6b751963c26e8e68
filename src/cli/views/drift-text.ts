import type { DriftView } from '../../core/schema-migration/drift/drift.ts';
import { safe } from './words.ts';

/** Migration by migration what others have changed, and how to take it. */
export function driftText({ drift }: Pick<DriftView, 'drift'>, target: string): string {
  if (drift.length === 0) return 'nothing has drifted\n';
  return drift
    .map(({ migration, since, changes }) => {
      const lines = [
        `${migration}  has drifted since ${since}`,
        ...changes.map((change) => `  ${change}`),
        `  put it back, or: crossfade drift --target ${target} --accept ${migration}`,
      ];
      return lines.map((line) => `${safe(line)}\n`).join('');
    })
    .join('');
}
