import { describe, expect, it } from '@jest/globals';
import type { DocumentKey } from './document-key.ts';
import { type AppliedStamp, type LinkedStamp, planSet, type SetCase } from './plan-set.ts';

/** `shop/Service a` or `Service a` of the default project. */
function key(text: string): DocumentKey {
  const [, project = 'default', kind = '', name = ''] =
    /^(?:(\w+)\/)?(\w+) (\S+)$/.exec(text) ?? [];
  return { kind, project, name };
}

const stamp = (text: string, revision = 'r1', ...names: string[]): LinkedStamp => {
  return { ...key(text), revision, names: names.map(key) };
};

const member = (text: string, set = 'ours', isPresent = true, ...names: string[]): AppliedStamp => {
  return { ...stamp(text, 'r1', ...names), member: { set, isPresent } };
};

const byHand = (text: string, ...names: string[]): AppliedStamp => {
  return { ...stamp(text, 'r1', ...names), member: null };
};

function told(given: Partial<SetCase>): readonly string[] {
  const { changes } = planSet({
    set: 'ours',
    wanted: [],
    applied: [],
    prune: true,
    living: [],
    ...given,
  });
  return changes.map(({ kind, name, change, why }) =>
    [change, kind, name, ...(why === null ? [] : [why])].join(' '),
  );
}

describe('what a set does to documents', () => {
  it('creates, updates and leaves alone what it has, whoever applied it before', () => {
    const wanted = [stamp('Service new'), stamp('Service other', 'r2'), stamp('Service same')];
    const applied = [byHand('Service other'), member('Service same')];
    expect(told({ wanted, applied })).toEqual([
      'created Service new',
      'updated Service other',
      'unchanged Service same',
    ]);
  });

  it('prunes what it had and has no longer; never what a person or another set applied', () => {
    const applied = [
      member('Service gone'),
      member('Service left', 'ours', false),
      byHand('Service hand'),
      member('Service theirs', 'others'),
    ];
    expect(told({ applied })).toEqual(['pruned Service gone', 'pruned Service left']);
    expect(told({ applied, prune: false })).toEqual(['left Service gone', 'left Service left']);
  });

  it('tells documents of two projects apart', () => {
    const applied = [member('shop/Service api'), member('bank/Service api')];
    const wanted = [stamp('shop/Service api')];
    expect(told({ wanted, applied })).toEqual(['unchanged Service api', 'pruned Service api']);
  });

  it('keeps what a rollout lives by, and what that names in turn', () => {
    const applied = [
      member('RolloutPolicy p', 'ours', true, 'Service api'),
      member('Service api', 'ours', true, 'Target db'),
      member('Target db'),
      member('Target other'),
    ];
    const living = [{ why: 'p-1 lives', names: [key('RolloutPolicy p')] }];
    expect(told({ applied, living })).toEqual([
      'kept RolloutPolicy p p-1 lives',
      'kept Service api RolloutPolicy p names it; change that first',
      'kept Target db Service api names it; change that first',
      'pruned Target other',
    ]);
  });

  it('keeps what documents outside of the set name, those of other projects too', () => {
    const applied = [member('Target shared'), byHand('shop/Service api', 'shop/Target shared')];
    expect(told({ applied })).toEqual([
      'kept Target shared Service api names it; change that first',
    ]);
    const own = byHand('shop/Target shared');
    expect(told({ applied: [...applied, own] })).toEqual(['pruned Target shared']);
  });

  it('names what another set holds, and takes over what that one no longer has', () => {
    const wanted = [stamp('Service a'), stamp('Service b')];
    const applied = [member('Service a', 'others'), member('Service b', 'others', false)];
    const { foreign } = planSet({ set: 'ours', wanted, applied, prune: false, living: [] });
    expect(foreign).toEqual([{ ...key('Service a'), set: 'others' }]);
  });
});
