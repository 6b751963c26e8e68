import { defaults } from '../../core/policy/defaults.ts';
import type { EvidencePolicy, OnOneBadUnit } from '../../core/policy/policy.ts';
import { firstOr, type Resolving } from './layers.ts';

/** Evidence is merged key by key: a policy may change the history alone. */
export function resolveEvidence(resolving: Resolving): EvidencePolicy {
  const usual = defaults.evidence;
  const of = <T>(path: string, pick: (evidence: Evidence) => T | undefined, fallback: T): T =>
    firstOr(resolving, `evidence.${path}`, ({ evidence }) => evidence && pick(evidence), fallback);
  return {
    falseRollbackBudget: of(
      'falseRollbackBudget',
      (evidence) => evidence.falseRollbackBudget,
      usual.falseRollbackBudget,
    ),
    falsePromoteBudget: of(
      'falsePromoteBudget',
      (evidence) => evidence.falsePromoteBudget,
      usual.falsePromoteBudget,
    ),
    minimum: {
      requests: of<number>(
        'minimum.requests',
        ({ minimum }) => minimum?.requests,
        usual.minimum.requests,
      ),
      units: of<number | 'auto'>(
        'minimum.units',
        ({ minimum }) => minimum?.units,
        usual.minimum.units,
      ),
    },
    warmupMs: of<number>('warmup', ({ warmup }) => warmup, usual.warmupMs),
    historyMs: of<number>('history', ({ history }) => history, usual.historyMs),
    onOneBadUnit: of<OnOneBadUnit>(
      'onOneBadUnit',
      ({ onOneBadUnit }) => onOneBadUnit,
      usual.onOneBadUnit,
    ),
  };
}

type Evidence = NonNullable<Resolving['layers'][number]['spec']['evidence']>;
