import { covers, type Role, type Roles, roles } from './role.ts';

/** Who has this value among what an identity provider says of him has the role in the project. */
export interface ClaimRule {
  readonly value: string;
  readonly role: Role;
  /** `*` for every one. */
  readonly project: string;
}

/** Reads `sre=operator@*, identity-leads=approver@identity`; null when a part of it is no rule. */
export function parseClaimRules(text: string): readonly ClaimRule[] | null {
  const rules = text.split(',').map((part) => ruleOf(part.trim()));
  return rules.every((rule) => rule !== null) ? rules : null;
}

function ruleOf(text: string): ClaimRule | null {
  // The value may hold anything but a comma; role and project are behind its last `=`.
  const [, value, named, project] = /^(.+)=([a-z]+)@(\*|[a-z0-9][-.a-z0-9]*)$/.exec(text) ?? [];
  const role = roles.find((one) => one === named);
  return value === undefined || project === undefined || role === undefined
    ? null
    : { value, role, project };
}

/** The roles of whom a claim is about: a text or a list of texts. Of several in a project the highest; none is none. */
export function rolesFromClaim(rules: readonly ClaimRule[], claim: unknown): Roles {
  const values = [claim].flat().filter((value) => typeof value === 'string');
  const held = new Map<string, Role>();
  for (const { value, role, project } of rules) {
    if (!values.includes(value)) continue;
    const before = held.get(project);
    if (before === undefined || covers(role, before)) held.set(project, role);
  }
  return held;
}
