import { describe, expect, it } from '@jest/globals';
import type { Guard } from '../policy/guard.ts';
import { askedProviders } from './asked-providers.ts';

const guard = (provider: string): Guard => ({
  name: `by-${provider}`,
  threshold: 'metric',
  provider,
  expr: 'up{$rollout}',
  min: 1,
  max: null,
  intervalMs: 15_000,
  windowMs: 60_000,
  failAfter: { failures: 3, of: 5 },
});
const policy = { name: 'p', project: 'identity', guards: [guard('main'), guard('own')] };

describe('the providers that are asked', () => {
  it('are those of the own project, else of the default one, else the ones that are missing', () => {
    const declared = [
      { project: 'default', name: 'main' },
      { project: 'default', name: 'own' },
      { project: 'identity', name: 'own' },
    ];
    const asked = askedProviders([policy], declared);
    const told = asked.map(({ project, name, asking }) => [project, name, asking.length]);
    expect(told).toEqual([
      ['default', 'main', 1],
      ['identity', 'own', 1],
      ['default', 'own', 0],
    ]);
    expect(askedProviders([policy], []).map(({ project }) => project)).toEqual([
      'identity',
      'identity',
    ]);
  });

  it('are asked for the rollout of the policy', () => {
    const [first] = askedProviders([policy], []);
    expect(first?.asking[0]?.query.question).toEqual({
      kind: 'value',
      expr: 'up{migration="p"}',
    });
  });
});
