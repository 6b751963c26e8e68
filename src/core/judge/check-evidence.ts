import { CrossfadeError } from '../errors.ts';
import type { BucketCounts } from '../histogram/bucket-counts.ts';
import type { Buckets } from '../histogram/exponential-histogram.ts';
import type {
  ComparisonCounts,
  LatencyCounts,
  MigrationEvidence,
  UnitCounts,
} from '../protocol/evidence.ts';
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

/** Buckets of the SDK beyond 2^-64 and 2^64 seconds would only waste memory. */
const widestBucket = 1024;

function checkBuckets(buckets: Buckets, where: string): void {
  for (const bucket in buckets) {
    if (!/^(0|-?[1-9]\d*)$/.test(bucket) || Math.abs(Number(bucket)) > widestBucket) {
      const right = `whole numbers of at most ${widestBucket} are right`;
      refuse(`${where} has a bucket "${bucket}", ${right}`);
    }
    const count = buckets[bucket] ?? 0;
    // Hundreds of buckets arrive every second: words are made only where one is wrong.
    if (!isCount(count)) checkCount(count, `${where}, bucket ${bucket}`);
  }
}

function checkDurations({ offset, counts }: BucketCounts, where: string): void {
  if (!Number.isSafeInteger(offset)) refuse(`${where} begins with bucket ${offset}`);
  for (let at = 0; at < counts.length; at += 1) {
    const count = counts[at] ?? Number.NaN;
    if (!isCount(count)) checkCount(count, `${where}, bucket ${offset + at}`);
  }
}

/** Checks what durations belong to, and returns words for it. */
function checkRow({ cohort, operation, group }: Omit<LatencyCounts, 'buckets'>): string {
  const where = `latency of ${operation}s (${cohort})`;
  checkGroup(group, where);
  return where;
}

function checkComparisons({ unit, compared, mismatched, void: voided }: ComparisonCounts): void {
  if (isCount(compared) && isCount(mismatched) && isCount(voided) && mismatched <= compared) return;
  checkCount(compared, `comparisons of unit "${unit}"`);
  checkCount(mismatched, `mismatches of unit "${unit}"`);
  checkCount(voided, `void comparisons of unit "${unit}"`);
  checkPart(mismatched, compared, `more mismatches than comparisons for unit "${unit}"`);
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
  for (const row of tick.latency) checkDurations(row.durations, checkRow(row));
  for (const counts of tick.comparisons) checkComparisons(counts);
  for (const part of tick.parts ?? []) checkEvidence(part);
}

/** The same for one instance's batch, so that an intake can refuse it before it is stored. */
export function checkBatch({ revision, units, latency, comparisons }: MigrationEvidence): void {
  checkCount(revision, 'the revision');
  for (const counts of units) checkUnit(counts);
  for (const row of latency) checkBuckets(row.buckets, checkRow(row));
  for (const counts of comparisons) checkComparisons(counts);
}
