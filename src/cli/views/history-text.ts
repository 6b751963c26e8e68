import type { Replayed } from '../../core/rollout/replay-history.ts';
import { count } from '../../core/judge/wording.ts';
import { differenceRows } from './replay-text.ts';
import { clock, type Look, safe, table } from './words.ts';

/** `crossfade replay NAME`: whether a whole rollout comes out the same, and else from which tick on not. */
export function historyText(replayed: Replayed, look: Look): string {
  const { head, state, ticks, decisions, firstAt, lastAt, decision, deviation } = replayed;
  const { id } = state.rollout;
  const ended = decision === null ? '' : `  ${safe(decision.reason)} (${safe(decision.by)})`;
  const rows = [
    ...(head.from.memory === null ? [] : [['begins', 'in the middle: older ticks are not kept']]),
    [
      'replayed',
      `${count(ticks, 'tick', 'ticks')}, ${count(decisions, 'decision', 'decisions')} among them`,
    ],
    ...replayed.otherVersions.map((version) => ['version', version]),
    ['last', `${decision?.action ?? 'nothing decided'}${ended}`],
    ['phase', state.rollout.phase],
    ...(deviation === null ? [] : differenceRows(deviation.differences)),
  ];
  const [first, last] = [firstAt ?? 0, lastAt ?? 0];
  const span = `${clock(first, last, look)} to ${clock(last, last, look)}`;
  const verdict =
    deviation === null
      ? look.paint('green', 'the same to the last bit')
      : look.paint('red', `NOT the same from tick ${deviation.fence} on`);
  return `${[`history of ${safe(id)}, ${span}: ${verdict}`, ...table(rows)].join('\n')}\n`;
}
