import { readdir } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import type { ScenarioResult } from '../../src/demo/report/scenario-result.ts';
import { killedDemo, runs } from '../support/killed-demo.ts';
import { demoFigures, runDemo } from '../support/run-demo.ts';

/** Longer than a scenario may take by its own deadline, so that it ends by itself. */
const limitMs = 330_000;

/** How soon a rollback arrives in the median. */
const arrivesWithinMs = 5_000;

/** Milliseconds from the first operation that the fault hit to the last one served by the new side. */
function arrivalMs({ faultAtMs, rollbackArrivedAtMs }: ScenarioResult): number {
  if (faultAtMs === null || rollbackArrivedAtMs === null)
    throw new Error('no fault or no rollback');
  return rollbackArrivedAtMs - faultAtMs;
}

/**
 * A run's figures, and how soon its rollback arrived: at once in most runs, so one that did is enough. After
 * one that did not it is the median of three, since how soon evidence adds up is partly luck.
 */
async function arrival(
  scenario: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<{ readonly result: ScenarioResult; readonly medianMs: number }> {
  const result = await demoFigures(scenario, variables);
  const first = arrivalMs(result);
  if (first <= arrivesWithinMs) return { result, medianMs: first };
  const more = [await demoFigures(scenario), await demoFigures(scenario)].map(arrivalMs);
  return { result, medianMs: [first, ...more].toSorted((a, b) => a - b)[1] ?? Infinity };
}

describe('npm run demo', () => {
  it(
    'healthy: goes to 100 % and completes, nothing fails, nothing is lost',
    async () => {
      const { status, result, printed, told } = await runDemo('healthy');
      expect(told).not.toContain('NOT AS IT SHOULD');
      expect(status).toBe(0);
      expect(result).toMatchObject({
        outcome: 'completed',
        exposurePeakPercent: 100,
        requestsFailed: 0,
        writesLost: 0,
        falseRollback: false,
        faultAtMs: null,
        kills: 0,
      });
      expect(result.steps.map(({ name }) => name).join(', ')).toBe(
        'expand, backfill, verify, shadow, share 25%, share 50%, share 90%, share 100%, soak, contract',
      );
      expect(result.durationMs).toBeLessThan(90_000);
      expect(result.writesOnNewSide).toBeGreaterThan(0);
      expect(printed.trimEnd().split('\n')).toHaveLength(1);
      // oxlint-disable-next-line no-control-regex -- exactly these must not be there
      expect(told).not.toMatch(/\u001B/);
    },
    limitMs,
  );

  it.each([
    // The users saw none of the failing reads: the old side answered them.
    { scenario: 'errors', newReadsFail: true, guards: ['errors', 'reads'] },
    { scenario: 'latency', newReadsFail: false, guards: ['latency'] },
  ])(
    '$scenario: is rolled back within seconds, and what was written in the new shape stays',
    async ({ scenario, newReadsFail, guards }) => {
      const { result, medianMs } = await arrival(scenario);
      expect(result).toMatchObject({
        outcome: 'rolled_back',
        exposurePeakPercent: 25,
        requestsFailed: 0,
        writesLost: 0,
        falseRollback: false,
      });
      expect(medianMs).toBeLessThanOrEqual(arrivesWithinMs);
      expect(result.writesOnNewSide).toBeGreaterThanOrEqual(50);
      expect(result.newReadsFailed > 0).toBe(newReadsFail);
      expect(guards).toContain(result.decidedBy?.guard);
    },
    limitMs,
  );

  it(
    'mismatch: is rolled back before any unit is exposed; clears what a killed demo left before',
    async () => {
      const killed = await killedDemo();
      expect(await Promise.all(killed.left.map(runs))).toEqual([true, true, true]);
      const { result, medianMs } = await arrival('mismatch', { TMPDIR: killed.temporary });
      expect(await Promise.all(killed.left.map(runs))).toEqual([false, false, false]);
      expect(killed.stranger).toMatchObject({ exitCode: null, signalCode: null });
      const folders = await readdir(killed.temporary);
      expect(folders.filter((one) => one.startsWith('crossfade-demo-'))).toEqual([]);
      await killed.clear();
      expect(result).toMatchObject({
        outcome: 'rolled_back',
        exposurePeakPercent: 0,
        writesOnNewSide: 0,
        requestsFailed: 0,
        writesLost: 0,
        falseRollback: false,
      });
      expect(result.decidedBy).toMatchObject({ guard: 'reads' });
      expect(medianMs).toBeLessThanOrEqual(arrivesWithinMs);
    },
    limitMs,
  );
});
