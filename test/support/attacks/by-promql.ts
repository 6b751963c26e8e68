import type { OwnSeries } from '../../../src/core/metrics/own-series.ts';

/** A value of a label, or an expression, that is to reach the series of others. */
interface PromqlAttack {
  readonly attack: string;
  readonly refusedBy: string;
}

/** Whose series are asked for; those of `victim` are another one's. */
export interface AttackByValue extends PromqlAttack {
  readonly own: OwnSeries;
}

const quoted = 'a value is quoted, whatever it holds';
const named = (...values: readonly string[]): OwnSeries => ({ label: 'migration', values });

/** Deployments and rollouts whose names are to be more than names. */
export const attacksByValue: readonly AttackByValue[] = [
  {
    attack: 'the name of a deployment that closes the braces: `x"} or requests_total{y="`',
    refusedBy: quoted,
    own: named('x"} or requests_total{migration="victim'),
  },
  {
    attack: 'the name of a deployment that ends with a backslash',
    refusedBy: quoted,
    own: named('x\\'),
  },
  {
    attack: 'the name of a deployment with a line break and a comment',
    refusedBy: quoted,
    own: named('x"} #\n or requests_total{migration="victim"} #'),
  },
  {
    attack: 'the name of a deployment in another kind of quotes',
    refusedBy: quoted,
    own: named("x'} or requests_total{migration=`victim"),
  },
  {
    attack: 'the name of a deployment that is an expression, where two are asked for together',
    refusedBy: 'it is escaped letter by letter',
    own: named('.*', 'x|victim', '[uv].+', '(?i)VICTIM'),
  },
];

/** An expression of the rollout `users`, of which `users` alone may be the worse. */
export interface AttackByQuery extends PromqlAttack {
  readonly expr: string;
  /** What it reads, asked by itself. */
  readonly reads: object;
}

const unreadable = { verdict: 'providerError' };

/** Expressions that are to answer for another rollout, or to spoil its answer. */
export const attacksByQuery: readonly AttackByQuery[] = [
  {
    attack: 'an expression that closes the brackets around it',
    refusedBy: 'such a one is asked by itself, and refused by Prometheus',
    expr: 'requests_total{$rollout}) or (requests_total',
    reads: unreadable,
  },
  {
    attack: 'an expression whose `label_replace` gives its series the name of another rollout',
    refusedBy: 'what makes labels of its own is asked by itself',
    expr: 'label_replace(requests_total{$rollout}, "migration", "victim", "", "")',
    reads: { value: 270 },
  },
  {
    attack: 'an expression whose `label_join` takes the name off its series',
    refusedBy: 'what makes labels of its own is asked by itself',
    expr: 'label_join(requests_total{$rollout}, "migration", "")',
    reads: { value: 270 },
  },
  {
    attack: 'an expression that reads all series beside its own',
    refusedBy: 'a selector without `$rollout` is asked by itself',
    expr: 'requests_total{$rollout} or requests_total',
    reads: unreadable,
  },
  {
    attack: 'an expression with `$rollout` in a comment alone',
    refusedBy: 'a comment is no selector',
    expr: 'requests_total # {$rollout}',
    reads: unreadable,
  },
];
