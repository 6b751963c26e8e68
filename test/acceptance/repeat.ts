import type { ScenarioResult } from '../../src/demo/report/scenario-result.ts';
import { runDemo } from '../support/run-demo.ts';
import { arrivalLimitMs, arrivalsMs, median } from './arrivals.ts';
import type { Outcome } from './part-result.ts';
import { scenarioRows } from './scenario-rows.ts';

/** A newcomer waits no longer than this for the end of a healthy run. */
const healthyLimitMs = 90_000;

/** Runs a scenario again and again, one at a time, and collects what was not as it should be. */
export async function repeat(
  scenario: string,
  times: number,
  tell: (line: string) => void,
): Promise<Outcome> {
  const results: ScenarioResult[] = [];
  const failures: string[] = [];
  for (let run = 1; run <= times; run += 1) {
    const ended = await runDemo(scenario).catch((error: unknown) => String(error));
    if (typeof ended === 'string') {
      tell(`${scenario} ${run}/${times}: ${ended}`);
      failures.push(`${scenario} run ${run} ended without figures`);
      continue;
    }
    const { status, result, told } = ended;
    const seconds = (result.durationMs / 1000).toFixed(1);
    const by = result.decidedBy === null ? '' : ` by ${result.decidedBy.guard ?? 'no guard'}`;
    tell(
      `${scenario} ${run}/${times}: ${result.outcome}${by}, ${seconds} s, status ${String(status)}`,
    );
    results.push(result);
    if (status === 0) continue;
    const complaints = told.split('\n').filter((line) => line.includes('NOT AS IT SHOULD'));
    const reasons = complaints.length > 0 ? complaints : [`ended with status ${String(status)}`];
    failures.push(...reasons.map((reason) => `${scenario} run ${run}: ${reason}`));
  }
  const arrivals = arrivalsMs(results);
  if (arrivals.length > 0 && median(arrivals) > arrivalLimitMs) {
    failures.push(`${scenario}: the median arrival took ${median(arrivals)} ms`);
  }
  const slowest = Math.max(...results.map(({ durationMs }) => durationMs));
  if (scenario === 'healthy' && slowest > healthyLimitMs) {
    failures.push(`healthy: the slowest run took ${slowest} ms`);
  }
  return { findings: { scenario: scenarioRows(scenario, results) }, failures };
}
