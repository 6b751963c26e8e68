import type { FiringAlert } from '../../src/core/alerts/alert.ts';

/** An alert that names the policy of `examplePolicy`, and began and was heard of at that moment. */
export function firingAlert(at: number, more: Partial<FiringAlert> = {}): FiringAlert {
  return {
    id: '3fa1b2c4d5e6',
    source: 'alertmanager',
    fingerprint: 'e1db6c950a0714bd',
    labels: { alertname: 'CheckoutErrors', rollout: 'users-birthdate', severity: 'page' },
    summary: 'half of all payments fail',
    link: null,
    startsAt: at,
    isPartial: false,
    heardAt: at,
    ...more,
  };
}
