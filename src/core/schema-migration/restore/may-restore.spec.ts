import { expect, it } from '@jest/globals';
import { type RestoreQuestion, restoreRefusal } from './may-restore.ts';

const contract = { isOver: false, keepUntil: '2026-12-05', isRestored: false, removedOn: null };
const later = { migration: 'n', table: 'users', on: '2026-11-22' };

function refusal(more: Partial<RestoreQuestion>): string | null {
  return restoreRefusal({ migration: 'm', contract, later: null, ...more });
}

it.each<[string, Partial<RestoreQuestion>, string | null]>([
  ['nothing stands in the way', {}, null],
  [
    'nothing was taken away',
    { contract: null, later },
    'm has taken nothing away on this target, so there is nothing to bring back',
  ],
  [
    'its time is over',
    { contract: { ...contract, isOver: true }, later },
    'what m took away was kept until 2026-12-05, and no longer: a backup is the way back from here',
  ],
  [
    'its time is over, and nobody knows since when',
    { contract: { ...contract, isOver: true, keepUntil: null } },
    'what m took away was kept until then, and no longer: a backup is the way back from here',
  ],
  [
    'a cleanup came first',
    { contract: { ...contract, isOver: true, removedOn: '2026-12-01' }, later },
    'what m took away was removed for good on 2026-12-01 by a cleanup: a backup is the way back from here',
  ],
  [
    'another one came since',
    { later },
    'n has changed users on 2026-11-22, after m took the old shape away: bring that one back first',
  ],
  [
    'it has been brought back already, whatever else',
    { contract: { ...contract, isOver: true, isRestored: true }, later },
    null,
  ],
])('where %s', (_, more, words) => {
  expect(refusal(more)).toBe(words);
});
