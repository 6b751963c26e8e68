import type { ScenarioResult } from '../report/scenario-result.ts';

/** Says `otherwise` unless `holds`. */
export function expectThat(holds: boolean, otherwise: string): readonly string[] {
  return holds ? [] : [otherwise];
}

/** What every scenario promises, whatever happens in it. */
function alwaysExpected(result: ScenarioResult): readonly string[] {
  return [
    ...expectThat(result.writesLost === 0, `${result.writesLost} writes were lost`),
    ...expectThat(!result.falseRollback, 'it was rolled back while no fault was active'),
    ...expectThat(result.writesAcknowledged > 0, 'no write was acknowledged at all'),
  ];
}

export function expectCompleted(result: ScenarioResult): readonly string[] {
  const { outcome, exposurePeakPercent: peak } = result;
  return [
    ...alwaysExpected(result),
    ...expectThat(outcome === 'completed', `it ended as ${outcome}, not completed`),
    ...expectThat(peak === 100, `the new side served ${peak} % at most, not 100 %`),
  ];
}

export function expectRolledBack(result: ScenarioResult): readonly string[] {
  const { outcome, requestsFailed } = result;
  return [
    ...alwaysExpected(result),
    ...expectThat(outcome === 'rolled_back', `it ended as ${outcome}, not rolled_back`),
    ...expectThat(result.faultAtMs !== null, 'no operation was hit by the fault'),
    ...expectThat(requestsFailed === 0, `users saw ${requestsFailed} failed requests`),
  ];
}

const fewestNewWrites = 50;

/** Rolled back after the new shape had been written to for a while. */
export function expectRolledBackFromNew(result: ScenarioResult): readonly string[] {
  const { writesOnNewSide } = result;
  return [
    ...expectRolledBack(result),
    ...expectThat(
      writesOnNewSide >= fewestNewWrites,
      `only ${writesOnNewSide} writes were made in the new shape before the rollback`,
    ),
  ];
}
