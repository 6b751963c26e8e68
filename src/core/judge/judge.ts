/**
 * The judge: begins with nothing, takes in a tick of evidence at a time, and says at any moment what
 * each compare guard makes of it. Pure: the same ticks give the same verdicts to the last bit.
 */
export { hasFindings } from './has-findings.ts';
export { activeUnits, beginJudge, historySeconds, type JudgeState } from './judge-state.ts';
export { measureGuards } from './measure-guards.ts';
export { observeTick } from './observe-tick.ts';
