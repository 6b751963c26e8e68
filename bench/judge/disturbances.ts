import type { Random } from '../../src/core/simulation/random.ts';
import { binomial, geometric, poisson } from '../../src/core/simulation/samplers.ts';
import type { Trace } from './trace.ts';
import type { Retries } from './world.ts';

/** One request more of a unit, that fails or not. */
function add(trace: Trace, cell: number, fails: boolean): void {
  if (cell >= trace.requests.length) return;
  trace.requests[cell] = (trace.requests[cell] ?? 0) + 1;
  if (fails) trace.failed[cell] = (trace.failed[cell] ?? 0) + 1;
}

/** Storms of retries: about 40 further failing requests of one unit within 15 to 60 seconds. */
export function addStorms(trace: Trace, perMinute: number, random: Random): void {
  if (perMinute === 0) return;
  const units = trace.population.names.length;
  for (const [index, moment] of trace.moments.entries()) {
    const storms = poisson(random, (perMinute * moment.seconds) / 60);
    for (let storm = 0; storm < storms; storm += 1) {
      const unit = random.index(units);
      const lasts = Math.max(1, Math.round(random.between(15, 60) / moment.seconds));
      for (let left = geometric(random, 40); left > 0; left -= 1) {
        add(trace, (index + random.index(lasts)) * units + unit, true);
      }
    }
  }
}

/**
 * Failed requests that are made again in the next moment. Some of them count for another unit, for
 * instance of the service that repeats them, on whichever side that is: so harm spills.
 */
export function addRetries(trace: Trace, retries: Retries, random: Random): void {
  const { population, moments, failed, newHarm } = trace;
  const units = population.names.length;
  for (const [index, { stage }] of moments.entries()) {
    for (let unit = 0; unit < units; unit += 1) {
      const cell = index * units + unit;
      const harmed = (population.place[unit] ?? 1) < stage.share ? (newHarm[cell] ?? 0) : 0;
      const again = binomial(random, (failed[cell] ?? 0) + harmed, retries.again);
      for (let left = again; left > 0; left -= 1) {
        const where = random.uniform() < retries.elsewhere ? random.index(units) : unit;
        add(trace, (index + 1) * units + where, random.uniform() < retries.failing);
      }
    }
  }
}
