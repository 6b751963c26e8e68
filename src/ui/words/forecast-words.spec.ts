import { describe, expect, it } from '@jest/globals';
import {
  findsWords,
  type GuardForecast,
  provenWords,
  stepsAhead,
  trafficWords,
} from './forecast-words.ts';

const guard = (change: Partial<GuardForecast> = {}): GuardForecast => ({
  guard: 'errors',
  compare: 'errors',
  minimum: 40,
  proven: { median: 179.2, within90: 300 },
  smallestHarm: { unit: 'failures', value: 0.0123 },
  found: [],
  ...change,
});

const step = (name: string, guards: readonly GuardForecast[] = [guard()]) =>
  ({
    name,
    share: 0.1,
    bake: 600,
    patience: 3600,
    require: 'notWorse',
    compared: true,
    guards,
    warnings: [],
  }) as const;

describe('the forecast of a step', () => {
  it('says when it is proven, in the median and in nine of ten', () => {
    expect(provenWords(guard())).toBe('in 3m, 5m in 9 of 10');
    expect(provenWords(guard({ proven: { median: 42, within90: null } }))).toBe('in 42 s');
    expect(provenWords(guard({ proven: { median: null, within90: null } }))).toBe(
      'not in this step',
    );
  });

  it('names the least harm that is found, in the unit of the guard', () => {
    const of = (smallestHarm: GuardForecast['smallestHarm']): string =>
      findsWords(guard({ smallestHarm }));
    expect(of({ unit: 'failures', value: 0.0123 })).toBe('+1.2pp failures');
    expect(of({ unit: 'factor', value: 1.254 })).toBe('×1.3 as slow');
    expect(of({ unit: 'mismatches', value: 0.002 })).toBe('1 in 500 reads');
    expect(of(null)).toBe('nothing');
  });

  it('is of steps that are left and compare', () => {
    const traffic = { requestsPerSecond: 1234.5, units: 500, oldErrors: 0.001 };
    const steps = [step('share 5%'), step('share 10%'), step('soak', [])];
    const told = { traffic, steps } as unknown as Parameters<typeof stepsAhead>[0];
    const plan = ['expand', 'share 5%', 'share 10%', 'soak'].map((name) => ({ name }));
    expect(stepsAhead(told, plan, 2).map(({ name }) => name)).toEqual(['share 10%']);
    expect(stepsAhead(told, plan, 0)).toHaveLength(2);
    expect(trafficWords(told.traffic)).toBe('1,235 requests/s of 500 units, 0.10% failing');
  });
});
