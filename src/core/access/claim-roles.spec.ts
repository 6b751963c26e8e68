import { describe, expect, it } from '@jest/globals';
import { parseClaimRules, rolesFromClaim } from './claim-roles.ts';

describe('rules for claims', () => {
  it('are read from a list, whatever a value holds', () => {
    expect(parseClaimRules('sre=operator@*, CN=leads = a=approver@identity')).toEqual([
      { value: 'sre', role: 'operator', project: '*' },
      { value: 'CN=leads = a', role: 'approver', project: 'identity' },
    ]);
  });

  it.each(['', 'sre', 'sre=operator', 'sre=king@*', '=operator@*', 'sre=operator@*,', 'a=admin@A'])(
    '`%s` is no list of rules',
    (text) => expect(parseClaimRules(text)).toBeNull(),
  );
});

describe('the roles of a person', () => {
  const rules =
    parseClaimRules('all=viewer@*,sre=operator@shop,leads=approver@shop,root=admin@*') ?? [];
  const of = (claim: unknown) => Object.fromEntries(rolesFromClaim(rules, claim));

  it('are those of all values, the highest of each project', () => {
    expect(of(['leads', 'all', 'sre'])).toEqual({ '*': 'viewer', shop: 'approver' });
    expect(of('sre')).toEqual({ shop: 'operator' });
  });

  it('are none for whom no rule knows, and for what is no text', () => {
    for (const claim of [undefined, null, [], 'SRE', ['other'], [['root']], { root: true }, 1]) {
      expect(of(claim)).toEqual({});
    }
  });
});
