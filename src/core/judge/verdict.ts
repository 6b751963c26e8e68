/** Precedence when verdicts are joined: fail > providerError > noData > inconclusive > pass. */
export const verdicts = ['fail', 'providerError', 'noData', 'inconclusive', 'pass'] as const;

export type Verdict = (typeof verdicts)[number];

/** The gravest of the verdicts; `pass` of an empty list, since nothing objects. */
export function joinVerdicts(list: readonly Verdict[]): Verdict {
  return verdicts.find((verdict) => list.includes(verdict)) ?? 'pass';
}
