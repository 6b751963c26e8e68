import { judgeVersion } from '../judge/judge-config.ts';
import { decideVersion } from './decision.ts';

/** Versions of `decide` and of the judge, by which something was decided. */
export interface Versions {
  readonly decide: number;
  readonly judge: number;
}

export const versionsOfNow: Versions = { decide: decideVersion, judge: judgeVersion };

/** In words, each version that is not the one of now. Another version may come to another verdict. */
export function otherVersions({ decide, judge }: Versions): readonly string[] {
  return [
    ...(decide === decideVersion ? [] : [`decided by version ${decide}, this is ${decideVersion}`]),
    ...(judge === judgeVersion ? [] : [`judged by version ${judge}, this is ${judgeVersion}`]),
  ];
}
