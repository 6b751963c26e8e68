import type { RolloutView } from '../../core/protocol/rollout-view.ts';
import { counted } from './counted.ts';

type Job = RolloutView['jobs'][number];

/** How far a job is: a walk over rows counts rows, expand tables, and what is done at a stroke nothing. */
export function progressWords({
  kind,
  status,
  done,
  total,
  rate,
  differences,
  quarantined,
}: Job): string {
  const far =
    total === null || status === 'done'
      ? doneWords(kind, done)
      : `${done.toLocaleString('en')} of ${total.toLocaleString('en')}`;
  return [
    far,
    status === 'running' && rate !== undefined
      ? `${Math.round(rate).toLocaleString('en')} rows/s`
      : '',
    differences === null ? '' : counted(differences, 'difference'),
    quarantined === 0 ? '' : `${quarantined} in quarantine`,
  ]
    .filter((words) => words !== '')
    .join(', ');
}

function doneWords(kind: Job['kind'], done: number): string {
  switch (kind) {
    case 'backfill':
    case 'verify':
    case 'parity':
    case 'restore':
      return counted(done, 'row');
    case 'expand':
      return done === 0 ? '' : counted(done, 'table');
    case 'rehearse':
    case 'contract':
    case 'retire':
      return '';
  }
}
