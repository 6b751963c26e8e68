import { describe, expect, it } from '@jest/globals';
import { heldUnits } from '../../src/core/rollout/quarantine.ts';
import type { Rollout } from '../../src/core/rollout/rollout.ts';
import { stageOfUnit } from '../../src/core/stage/stage-of-unit.ts';
import { type Check, counterexample, freshForMs, units } from '../support/random-walks.ts';

/** Whether the route that is wanted has the unit on the new side. */
function isNew({ route }: Rollout, unit: string): boolean {
  return stageOfUnit({ ...route.spec, enabled: true }, unit).side === 'new';
}

describe('quarantine in every walk', () => {
  it('I1: a release rests on fresh evidence, and brings back nobody but those it names', () => {
    const check: Check = ({ before, outcome, world }) => {
      const { decision, rollout } = outcome;
      const back = units.filter((unit) => !isNew(before, unit) && isNew(rollout, unit));
      if (decision?.action !== 'release') {
        const isStep = decision?.action === 'advance';
        return back.length === 0 || isStep ? null : `${decision?.action} exposed ${back.join()}`;
      }
      const weak = decision.measurements.find(
        ({ verdict, newestAt }) =>
          ['fail', 'noData', 'providerError'].includes(verdict) ||
          world.now - (newestAt ?? 0) > freshForMs,
      );
      if (weak !== undefined) return `released although ${weak.guard} is ${weak.verdict}`;
      const others = back.filter((unit) => !before.route.spec.quarantined.includes(unit));
      return others.length === 0 ? null : `released ${others.join()} as well`;
    };
    expect(counterexample(check)).toBeUndefined();
  });

  it('I1, I4: a quarantine takes nobody off the new side but the units it names', () => {
    const check: Check = ({ before, outcome }) => {
      const { decision, rollout } = outcome;
      if (decision?.action !== 'quarantine') return null;
      const gone = units.filter((unit) => isNew(before, unit) && !isNew(rollout, unit));
      const named = rollout.route.spec.quarantined;
      const other = gone.find((unit) => !named.includes(unit) || !decision.reason.includes(unit));
      if (other !== undefined) return `${other} went back unnamed`;
      if (gone.length === 0) return 'a quarantine that takes nobody back';
      return named.length <= 2 ? null : `${named.length} units are held`;
    };
    expect(counterexample(check)).toBeUndefined();
  });

  it('I4: whom the record holds back, the wanted route holds back, and nobody else', () => {
    const check: Check = ({ outcome: { rollout } }) => {
      const { quarantined } = rollout.route.spec;
      return heldUnits(rollout).join() === quarantined.join() ? null : 'record and route differ';
    };
    expect(counterexample(check)).toBeUndefined();
  });
});
