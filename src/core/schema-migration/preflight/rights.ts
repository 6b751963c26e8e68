import type { AclFacts, OwnedFacts, TargetFacts } from './target-facts.ts';

/** What a role may do: as things stand, and with the ownerships that it is about to be given. */
export class Rights {
  readonly #superuser: boolean;
  readonly #now: ReadonlySet<string>;
  readonly #later: ReadonlySet<string>;

  constructor({ role, access, tables }: TargetFacts) {
    this.#superuser = role.superuser;
    this.#now = new Set(role.has);
    const owners = new Set(tables.map(({ owner }) => owner));
    const joined = access.owners.filter(({ name, superuser }) => owners.has(name) && !superuser);
    this.#later = new Set([...role.has, ...joined.flatMap(({ has }) => has)]);
  }

  /** Has the privileges of a role without SET ROLE, as an owner must. */
  is(role: string): boolean {
    return this.#superuser || this.#now.has(role);
  }

  may(thing: OwnedFacts, privilege: string): boolean {
    return this.#superuser || grants(thing.acl, this.#now, privilege);
  }

  /** True when membership in the owners of the tables brings the privilege along. */
  willHave(thing: OwnedFacts, privilege: string): boolean {
    return this.may(thing, privilege) || grants(thing.acl, this.#later, privilege);
  }
}

function grants(acl: readonly AclFacts[], roles: ReadonlySet<string>, privilege: string): boolean {
  return acl.some(
    (one) => one.privilege === privilege && (one.role === null || roles.has(one.role)),
  );
}
