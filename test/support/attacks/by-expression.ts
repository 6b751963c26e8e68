import type { GuardedServer } from '../guarded-server.ts';
import { type Attack, type Outcome, sendAs } from './attack.ts';

/** Applied by somebody who may; refused when these words say why, and not for anything else. */
async function apply(server: GuardedServer, text: string, why: string): Promise<Outcome> {
  const files = [{ name: 'a.yaml', text }];
  const told = await sendAs(server, 'admin in *', 'POST', '/api/v1/apply', { files });
  return told.body.includes(why) ? told : { ...told, status: 0 };
}

/** In flow style, so that JSON can stand in it. */
function documentOf(kind: string, spec: object): string {
  const metadata = { name: 'evil', project: 'shop' };
  return JSON.stringify({ apiVersion: 'crossfade/v1', kind, metadata, spec });
}

/** A policy of one change and one guard. */
function policy({ change = {}, guard = {} }): string {
  const addColumn = { table: 'users', column: 'c', type: 'date', up: 'dob::date', ...change };
  const spec = {
    service: 'users-api',
    guards: [{ name: 'slo', threshold: { target: 'lock_wait', max: '1s' }, ...guard }],
    change: [{ addColumn: { ...addColumn, down: { dob: 'c::text' } } }],
  };
  return documentOf('RolloutPolicy', spec);
}

const threshold = (expr: string): string =>
  policy({ guard: { threshold: { prometheus: 'main', expr, max: 1 } } });

/** Whoever may write a policy, and wants its expressions to reach further than an expression does. */
export const attacksByExpression: readonly Attack[] = [
  {
    attack: 'an `up` that closes its bracket and drops a table',
    refusedBy: 'an expression is read word by word, and must be one',
    answers: [422],
    attempt: (server) => {
      const up = 'dob::date); DROP TABLE users; --';
      return apply(server, policy({ change: { up } }), 'a parenthesis closes');
    },
  },
  {
    attack: 'an `up` that ends the function that it becomes a part of',
    refusedBy: 'the mark that quotes the function is reserved',
    answers: [422],
    attempt: (server) => {
      const up = `'$crossfade$; DROP TABLE users; --'`;
      return apply(server, policy({ change: { up } }), '$crossfade$ is reserved');
    },
  },
  {
    attack: 'a type of a column that is a statement',
    refusedBy: 'the name of a type has neither semicolons nor comments',
    answers: [422],
    attempt: (server) => {
      const type = 'date; DROP TABLE users';
      return apply(server, policy({ change: { type } }), 'the name of a PostgreSQL type');
    },
  },
  {
    attack: 'PromQL with `$rollout` in quotes, so that it picks out no rollout',
    refusedBy: 'a placeholder in quotes is a fault',
    answers: [422],
    attempt: (server) =>
      apply(server, threshold('sum(x{migration="$rollout"})'), 'stands in quotes'),
  },
  {
    attack: 'PromQL with a placeholder that is none of ours: `$__range`',
    refusedBy: 'unknown placeholders are faults',
    answers: [422],
    attempt: (server) => apply(server, threshold('rate(up[$__range])'), 'unknown placeholder'),
  },
  {
    attack: 'the name of a label that is a matcher: `job=~".*",x`',
    refusedBy: 'the name of a label has letters, digits and `_`',
    answers: [422],
    attempt: (server) => {
      const cohorts = { label: 'job=~".*",x', canary: 'new', baseline: 'old' };
      const source = { prometheus: 'main', preset: 'istio', cohorts };
      const guard = { name: 'http', compare: 'errors', threshold: undefined, source };
      return apply(server, policy({ guard }), 'expected the name of a label');
    },
  },
  {
    attack:
      'a webhook that is signed with a secret of the server: `{ env: CROSSFADE_OIDC_CLIENT_SECRET }`',
    refusedBy: 'variables of the server itself are no document’s',
    answers: [422],
    attempt: (server) => {
      const webhook = { url: { env: 'HOOK_URL' }, secret: { env: 'CROSSFADE_OIDC_CLIENT_SECRET' } };
      return apply(server, documentOf('Provider', { webhook }), 'is of the server itself');
    },
  },
  {
    attack: 'a target that is the state database of the server: `{ env: DATABASE_URL }`',
    refusedBy: 'variables of the server itself are no document’s',
    answers: [422],
    attempt: (server) => {
      const url = { env: 'DATABASE_URL' };
      return apply(server, documentOf('Target', { url }), 'is of the server itself');
    },
  },
];
