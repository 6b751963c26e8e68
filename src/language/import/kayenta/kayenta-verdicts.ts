import type { Verdict } from '../../../core/judge/verdict.ts';

/** What one of Kayenta's words becomes, and what the difference is. */
export interface KayentaVerdict {
  readonly of: 'metric' | 'run';
  readonly word: string;
  readonly verdict: Verdict;
  readonly difference: string;
}

/**
 * Kayenta's verdicts in Crossfade's words. The words are those of its judge NetflixACAJudge-v1.0 on a
 * metric, and of its classifier on the score of a run.
 */
export const kayentaVerdicts: readonly KayentaVerdict[] = [
  {
    of: 'metric',
    word: 'Pass',
    verdict: 'pass',
    difference:
      'there also where nothing could be told apart; here only with evidence of the strength that the step requires',
  },
  {
    of: 'metric',
    word: 'High',
    verdict: 'fail',
    difference: 'there a part of the score; here each guard says itself what its failure causes',
  },
  { of: 'metric', word: 'Low', verdict: 'fail', difference: 'as High' },
  {
    of: 'metric',
    word: 'Nodata',
    verdict: 'noData',
    difference: 'there left out of the score, so the others count for more; here it holds',
  },
  {
    of: 'metric',
    word: 'NodataFailMetric',
    verdict: 'noData',
    difference: 'there `mustHaveData` makes it a failure; here missing data holds, and is no harm',
  },
  {
    of: 'metric',
    word: 'Error',
    verdict: 'providerError',
    difference: 'there neither passed nor failed, and no longer critical; here it holds',
  },
  {
    of: 'run',
    word: 'Pass',
    verdict: 'pass',
    difference: 'there the score of the last judgement; here every guard',
  },
  {
    of: 'run',
    word: 'Marginal',
    verdict: 'inconclusive',
    difference:
      'there the run goes on, and fails when it ends so; here the step is extended, then paused',
  },
  {
    of: 'run',
    word: 'Fail',
    verdict: 'fail',
    difference:
      'there a score at or below marginal ends the run; here each guard says itself what its failure causes',
  },
];
