import type { DrillView, RolloutView } from '../../core/protocol/rollout-view.ts';
import { clock, type Look, safe, span } from './words.ts';

/** `drill  passed 02:41:00 (crossfade)  acme-staging there in 0.8 s, back in 0.7 s`. */
export function drillRows({ drill, now }: RolloutView, look: Look): string[][] {
  if (drill === undefined) return [];
  const at = clock(drill.endedAt ?? drill.startedAt, now, look);
  return [['drill', `${stateOf(drill)} ${at} (${safe(drill.by)})  ${waysOf(drill)}`]];
}

/** `, drilled 02:41:00, back in 0.8 s` where a drill has shown it. */
export function drilledWords({ drill, now }: RolloutView, look: Look): string {
  if (drill?.passed !== true || drill.backMs === null) return '';
  const at = clock(drill.endedAt ?? drill.startedAt, now, look);
  return `, drilled ${at}, back in ${span(drill.backMs)}`;
}

/** `fire drill passed: acme-staging there in 0.8 s, back in 0.7 s`. */
export function drillWords(drill: DrillView): string {
  return `fire drill ${stateOf(drill)}: ${waysOf(drill)}`;
}

function stateOf({ passed, endedAt }: DrillView): string {
  if (endedAt === null) return 'under way since';
  return passed ? 'passed' : 'FAILED';
}

function waysOf({ unit, thereMs, backMs, failed }: DrillView): string {
  const there = thereMs === null ? '' : ` there in ${span(thereMs)}`;
  const back = backMs === null ? '' : `${there === '' ? '' : ','} back in ${span(backMs)}`;
  const why = failed === undefined ? '' : `; ${safe(failed)}`;
  return `${safe(unit)}${there}${back}${why}`;
}
