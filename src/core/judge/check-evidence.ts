import { CrossfadeError } from '../errors.ts';
import type { MigrationEvidence, UnitCounts } from '../protocol/evidence.ts';
import { rampGroups } from '../cohort/ramp-group.ts';
import type { EvidenceTick } from './evidence-tick.ts';

function refuse(what: string): never {
  throw new CrossfadeError('invalidInput', `Evidence is impossible: ${what}.`);
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function checkCount(value: number, where: string): void {
  if (!isCount(value)) refuse(`${where} is ${value}, a whole number of 0 or more is right`);
}

function checkPart(part: number, whole: number, where: string): void {
  if (part > whole) refuse(`${where}: ${part} of ${whole}`);
}

/** Words are put together only for what is refused: a tick has thousands of units. */
function checkUnit({ unit, cohort, requests, failed }: UnitCounts): void {
  if (isCount(requests) && isCount(failed) && failed <= requests) return;
  checkCount(requests, `requests of unit "${unit}" (${cohort})`);
  checkCount(failed, `failed requests of unit "${unit}" (${cohort})`);
  checkPart(failed, requests, `more failed than requested for unit "${unit}" (${cohort})`);
}

function checkGroup(group: number | undefined, where: string): void {
  if (group === undefined || (Number.isInteger(group) && group >= 0 && group < rampGroups)) return;
  refuse(`${where} names ramp group ${group}, 0 to ${rampGroups - 1} is right`);
}

function checkBuckets(buckets: Readonly<Record<string, number>>, where: string): void {
  for (const [bucket, count] of Object.entries(buckets)) {
    if (!/^(0|-?[1-9]\d*)$/.test(bucket)) {
      refuse(`${where} has a bucket "${bucket}", whole numbers are right`);
    }
    // Hundreds of buckets arrive every second: words are made only where one is wrong.
    if (!Number.isSafeInteger(count) || count < 0) checkCount(count, `${where}, bucket ${bucket}`);
  }
}

/**
 * Throws `invalidInput` for evidence that cannot have happened: counts that are not whole, negative
 * or not finite, more failures than requests, more mismatches than comparisons, time that ran
 * backwards. It is called before any state changes, so one bad batch spoils nothing.
 */
export function checkEvidence(tick: EvidenceTick): void {
  if (!Number.isFinite(tick.at)) refuse(`its time is ${tick.at}`);
  if (!Number.isFinite(tick.seconds) || tick.seconds < 0) refuse(`it covers ${tick.seconds} s`);
  if (tick.revision !== null) checkCount(tick.revision, 'the revision');
  for (const counts of tick.units) checkUnit(counts);
  for (const { cohort, operation, group, buckets } of tick.latency) {
    const where = `latency of ${operation}s (${cohort})`;
    checkGroup(group, where);
    checkBuckets(buckets, where);
  }
  for (const { unit, compared, mismatched, void: voided } of tick.comparisons) {
    checkCount(compared, `comparisons of unit "${unit}"`);
    checkCount(mismatched, `mismatches of unit "${unit}"`);
    checkCount(voided, `void comparisons of unit "${unit}"`);
    checkPart(mismatched, compared, `more mismatches than comparisons for unit "${unit}"`);
  }
  for (const part of tick.parts ?? []) checkEvidence(part);
}

/** The same for one instance's batch, so that an intake can refuse it before it is stored. */
export function checkBatch(batch: MigrationEvidence): void {
  const { revision, units, latency, comparisons } = batch;
  checkEvidence({ at: 0, revision, seconds: 0, units, latency, comparisons });
}
