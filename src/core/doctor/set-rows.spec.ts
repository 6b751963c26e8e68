import { describe, expect, it } from '@jest/globals';
import type { DocumentSetView } from '../protocol/document-set-view.ts';
import { setRows } from './set-rows.ts';

const set: DocumentSetView = {
  name: 'shop',
  applied: {
    revision: 'r',
    commit: '0123456789abcdef',
    dirty: false,
    appliedBy: 'a',
    appliedAt: 1,
  },
  documents: 2,
  absent: [],
  drifted: [],
  follow: { folder: '/policies', by: 'a-1', fault: null },
};

const told = (change: Partial<DocumentSetView>): readonly string[] =>
  setRows([{ ...set, ...change }]).map(({ standing, message }) => `${standing}: ${message}`);

describe('what the doctor says of a set', () => {
  it('is where it is from, when all is well', () => {
    expect(told({})).toEqual(['ok: 2 documents at commit 0123456789ab, follows /policies']);
    expect(told({ documents: 1, follow: null })).toEqual(['ok: 1 document at commit 0123456789ab']);
    expect(told({ applied: null })).toEqual(['ok: nothing applied yet, follows /policies']);
  });

  it('is the place of the first fault, and who applied what over it', () => {
    const fault = { since: 1, commit: null, message: '2 faults', faults: [] };
    const place = { file: 'a.yaml', line: 2, column: 3, message: 'unknown key' };
    const following = (faults: readonly (typeof place)[]) => {
      return { follow: { folder: '/policies', by: 'a-1', fault: { ...fault, faults } } };
    };
    expect(told(following([]))).toEqual(['fault: 2 faults']);
    expect(told(following([place]))).toEqual(['fault: a.yaml:2:3: unknown key']);
    expect(told(following([place, place]))).toEqual(['fault: a.yaml:2:3: unknown key, and 1 more']);
    const key = { kind: 'Service', project: 'p', name: 'api' };
    const one = { ...key, wanted: 'a', applied: 'b', appliedBy: 'bob', appliedAt: 1 };
    expect(told({ drifted: [one] })).toEqual(['warning: Service api applied over it by bob']);
    expect(told({ drifted: [one, one] })).toEqual([
      'warning: Service api and 1 more applied over it by bob',
    ]);
  });
});
