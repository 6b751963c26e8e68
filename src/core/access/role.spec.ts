import { describe, expect, it } from '@jest/globals';
import { covers, holds, holdsInAll, holdsSomewhere, roleIn, roles, type Roles } from './role.ts';

const held: Roles = new Map([
  ['*', 'viewer'],
  ['shop', 'operator'],
]);

describe('a role', () => {
  it('may do what those before it may, and not what those after it may', () => {
    const table = roles.map((one) => roles.map((other) => Number(covers(one, other))).join(''));
    expect(table).toEqual(['1000', '1100', '1110', '1111']);
  });
});

describe('roles by project', () => {
  it('the higher one counts, of the project and of all projects', () => {
    expect(roleIn(held, 'shop')).toBe('operator');
    expect(roleIn(held, 'search')).toBe('viewer');
    expect(
      roleIn(
        new Map([
          ['*', 'admin'],
          ['shop', 'viewer'],
        ]),
        'shop',
      ),
    ).toBe('admin');
    expect(roleIn(new Map([['shop', 'admin']]), 'search')).toBeNull();
  });

  it('a role in one project says nothing about another', () => {
    expect(holds(held, 'operator', 'shop')).toBe(true);
    expect(holds(held, 'operator', 'search')).toBe(false);
    expect(holdsInAll(held, 'operator', ['shop', 'search'])).toBe(false);
  });

  it('what belongs to no project needs the role everywhere', () => {
    expect(holdsInAll(held, 'viewer', [])).toBe(true);
    expect(holdsInAll(held, 'operator', [])).toBe(false);
  });

  it('names that JavaScript knows are projects like any other', () => {
    expect(holds(held, 'operator', '__proto__')).toBe(false);
    expect(roleIn(new Map(), 'constructor')).toBeNull();
  });

  it('somewhere is enough where each thing is looked at by itself', () => {
    expect(holdsSomewhere(held, 'operator')).toBe(true);
    expect(holdsSomewhere(held, 'approver')).toBe(false);
    expect(holdsSomewhere(new Map(), 'viewer')).toBe(false);
  });
});
