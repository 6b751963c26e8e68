import { describe, expect, it } from '@jest/globals';
import { decisionWith, now, viewWith } from '../../../test/support/rollout-view.ts';
import { decisionText } from './decision-text.ts';
import { rolloutDetail } from './rollout-detail.ts';
import type { Look } from './words.ts';

const look: Look = { paint: (_, text) => text, timeZone: 'UTC' };

const sentBack = {
  unit: 'bigbank',
  guard: 'errors',
  at: now - 10_000,
  reason: 'new 12% old 0.1%',
  arrivedAt: now - 9_200,
  probe: 'watched',
} as const;

const rowsOf = (text: string): string[] =>
  text.split('\n').flatMap((line) => (line.startsWith('quarantine') ? [line] : []));

describe('quarantined units', () => {
  it.each([
    [{}, 'old side since 03:16:10, arrived after 0.8 s, watched: does it fail there too?'],
    [{ arrivedAt: null }, 'on its way to the old side since 03:16:10'],
    [
      { probe: 'confirmed' as const },
      'old side since 03:16:10, arrived after 0.8 s, confirmed: it fails no more there',
    ],
    [
      { probe: 'released' as const },
      'sent back at 03:16:10, released: it failed on the old side too',
    ],
    [{ with: 'parent' }, 'old side since 03:16:10, arrived after 0.8 s, with parent'],
    [{ with: 'parent', probe: 'released' as const }, 'sent back at 03:16:10, released with parent'],
  ])('are named in status and why, with what is known of them: %j', (change, words) => {
    const view = viewWith({ quarantined: [{ ...sentBack, ...change }] });
    const row = `quarantine  bigbank  ${words}  (errors: new 12% old 0.1%)`;
    expect(rowsOf(rolloutDetail(view, look))).toEqual([row]);
    expect(rowsOf(decisionText(view, [decisionWith()], look))).toEqual([row]);
  });

  it('cannot move the cursor', () => {
    const view = viewWith({ quarantined: [{ ...sentBack, unit: 'a\u001b[2Jb' }] });
    expect(rolloutDetail(view, look)).toContain('a [2Jb');
  });

  it('cost no line while nobody is sent back', () => {
    expect(rowsOf(rolloutDetail(viewWith(), look))).toEqual([]);
  });
});
