import { describe, expect, it } from '@jest/globals';
import { policyWith, share, steps } from '../../../../test/support/checked-policy.ts';
import { forecast, type GuardForecast } from './forecast.ts';
import { trafficParts, usualTraffic, zipfOf } from './population.ts';

const traffic = { ...usualTraffic, requestsPerSecond: 300, units: 200 };

function guardOf(name: string, percent: number, rate = 300): GuardForecast {
  const told = forecast(policyWith({ steps: [share(percent, 'proven')] }), {
    ...traffic,
    requestsPerSecond: rate,
  });
  const guard = told.steps[0]?.guards.find((one) => one.guard === name);
  if (guard === undefined) throw new RangeError(name);
  return guard;
}

describe('forecast', () => {
  it('tells of the steps in which something is compared, and of no others', () => {
    const { steps: told } = forecast(policyWith(), traffic);
    expect(told.map(({ name }) => name)).toEqual(['shadow', 'share 25%', 'share 95%']);
    expect(told[0]?.guards.map(({ guard }) => guard)).toEqual(['mismatches']);
  });

  it('says when the minimums of a step are met', () => {
    expect(guardOf('errors', 25).minimum).toBeCloseTo(1000 / 75);
    expect(guardOf('mismatches', 25).minimum).toBeCloseTo(500 / 24);
  });

  it('needs less time for a proof with more traffic, and more for the unlucky', () => {
    const { proven } = guardOf('errors', 25);
    expect(proven.median).toBeGreaterThan(guardOf('errors', 25, 1000).proven.median ?? Infinity);
    expect(proven.within90).toBeGreaterThan(1.3 * (proven.median ?? Infinity));
  });

  it('finds a small harm only with traffic', () => {
    const [much, little] = [guardOf('errors', 25, 1000), guardOf('errors', 25, 10)];
    expect(much.smallestHarm?.value).toBeLessThan(0.002);
    expect(little.smallestHarm?.value).toBeGreaterThan(0.005);
    expect(guardOf('latency', 25).smallestHarm?.value).toBeLessThan(1.15);
  });

  it('expects the first mismatch when it is likely', () => {
    const { smallestHarm } = guardOf('mismatches', 25);
    const compared = 300 * 0.8 * 0.1 * 600;
    expect(1 - (1 - (smallestHarm?.value ?? 0)) ** compared).toBeCloseTo(0.8, 1);
  });

  it('warns of a step that can never be proven at this traffic', () => {
    const told = forecast(policyWith(), { ...traffic, requestsPerSecond: 2 });
    expect(told.steps.at(-1)?.warnings).toContain(
      'errors cannot be proven at this traffic; the step would be paused',
    );
    expect(forecast(policyWith(), traffic).steps.flatMap(({ warnings }) => warnings)).toEqual([]);
  });

  it('divides the budget for false rollbacks as the judge does', () => {
    const { budget, parts, units } = forecast(policyWith(), traffic).falseRollback;
    expect(budget).toBe(0.01);
    expect(parts.reduce((sum, { part }) => sum + part, units)).toBeCloseTo(1);
    expect(parts.find(({ guard }) => guard === 'mismatches')?.part).toBe(0);
  });

  it('places less on harm that begins in a later step', () => {
    const late = forecast(policyWith({ steps: [share(10), share(25)] }), traffic).steps[1];
    const found = (guard: GuardForecast | undefined) => guard?.found[0]?.seconds ?? Infinity;
    const error = late?.guards.find(({ guard }) => guard === 'errors');
    expect(found(error)).toBeGreaterThan(found(guardOf('errors', 25)));
  });

  it('takes a ring as large as it is', () => {
    const ring = steps['ring'];
    const told = forecast(
      policyWith({
        rings: [{ name: 'internal', units: ['a', 'b'] }],
        steps: ring === undefined ? [] : [ring],
      }),
      traffic,
    );
    expect(told.steps[0]?.share).toBeCloseTo(0.01);
  });
});

describe('the population of a forecast', () => {
  it('has a largest unit of the part that is asked for', () => {
    const parts = trafficParts({ ...traffic, zipf: zipfOf(200, 0.3) });
    expect(parts[0]).toBeCloseTo(0.3);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(1);
  });
});
