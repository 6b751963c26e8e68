import { joinVerdicts } from '../core/judge/verdict.ts';
import type { Decision } from '../core/rollout/decision.ts';
import { effectLane } from '../core/rollout/effect.ts';
import type { PendingEffect } from './ports/outbox.ts';
import type { Claim } from './ports/rollout-store.ts';
import type { Attributes, SpanStart } from './ports/tracer.ts';

/** The spans of the engine: what they are called, and what they say. No unit is ever named. */

/** A look at another system: a target, a flag system, a provider of metrics. */
export function collectSpan(part: string, system: string): SpanStart {
  const attributes = { 'crossfade.collect.part': part, 'crossfade.system': system };
  return { name: 'collect', attributes };
}

export function tickSpan(claim: Claim): SpanStart {
  return { name: 'tick', attributes: ofRollout(claim) };
}

/** What a tick decided, while it is written down. */
export function decisionSpan(claim: Claim, decision: Decision): SpanStart {
  const { action, from, to, step, reason, by, measurements } = decision;
  return {
    name: 'decision',
    attributes: {
      ...ofRollout(claim),
      'crossfade.decision.action': action,
      'crossfade.decision.from': from,
      'crossfade.decision.to': to,
      'crossfade.decision.step': step,
      'crossfade.decision.reason': reason,
      'crossfade.decision.by': by === 'crossfade' ? 'machine' : 'person',
      'crossfade.decision.verdict': joinVerdicts(measurements.map(({ verdict }) => verdict)),
    },
  };
}

/** A decision's act: it follows from the tick that asked for it, however much later it comes. */
export function effectSpan(pending: PendingEffect): SpanStart {
  const { rollout, key, effect, project, target, flagProvider, attempts, traceparent } = pending;
  return {
    name: 'effect',
    attributes: {
      'crossfade.rollout.id': rollout,
      'crossfade.effect.kind': effect.kind,
      'crossfade.effect.key': key,
      'crossfade.effect.attempts': attempts,
      'crossfade.system': effectLane(effect, { project, target, flagProvider }),
    },
    follows: [traceparent],
  };
}

function ofRollout({ rollout, fence }: Claim): Attributes {
  return {
    'crossfade.rollout.id': rollout.id,
    'crossfade.rollout.name': rollout.policy,
    'crossfade.tick.fence': fence,
  };
}
