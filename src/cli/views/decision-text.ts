import type { DecisionView, RolloutView } from '../../core/protocol/rollout-view.ts';
import { count, odds } from '../../core/judge/wording.ts';
import { needsPerson } from '../../core/rollout/hold-code.ts';
import { isTerminal } from '../../core/rollout/phase.ts';
import { whatLifts } from '../../core/rollout/what-lifts.ts';
import { approvalRows } from './approval-rows.ts';
import { drillRows } from './drill-rows.ts';
import { quarantineRows } from './quarantine-text.ts';
import { rollbackLines } from './rollback-text.ts';
import { stateWords, stepWords } from './state-words.ts';
import {
  amount,
  clock,
  isJudged,
  safe,
  table,
  verdictWords,
  type Look,
  seenValue,
} from './words.ts';

/** How many earlier decisions are listed below the last one. */
const earlierShown = 6;

/** `crossfade why NAME`: the last decision with its evidence, what would change it, what led to it. */
export function decisionText(
  view: RolloutView,
  decisions: readonly DecisionView[],
  look: Look,
): string {
  const last = decisions.at(-1);
  if (last === undefined) return `${view.policy}: nothing has been decided yet\n`;
  const rows = [
    ['reason', safe(last.reason)],
    ...guardRows(last),
    ...contributionRows(last),
    ...quarantineRows(view, look),
    ...approvalRows(view, look),
    ...drillRows(view, look),
    ...changesRow(view),
    ...earlierRows(decisions.slice(-1 - earlierShown, -1), view.now, look),
    ['again', `crossfade replay ${last.seq}`],
  ];
  return `${[headline(view, last, look), ...table(rows), ...rollbackLines(view, look)].join('\n')}\n`;
}

function headline(view: RolloutView, last: DecisionView, look: Look): string {
  const action = look.paint('bold', last.action.toUpperCase());
  const time = clock(last.at, view.now, look);
  const step = last.step === '' ? '' : `, step ${last.step}`;
  const now = `now ${stateWords(view)} at ${stepWords(view) || 'the end'}`;
  return `${time} ${action}${step}, by ${safe(last.by)}  (${now}, exposure ${view.exposure.acknowledged}%)`;
}

/** Each guard that was asked, with what it saw: also those that saw no harm. */
function guardRows({ guards }: DecisionView): string[][] {
  return guards.map((measurement, index) => {
    const { guard, limit, baseline, unit, reason, kind } = measurement;
    const isCompare = kind === 'compare';
    const old = isCompare ? ` old ${amount(baseline, unit)}` : '';
    const value = seenValue(measurement);
    const seen =
      value === null || !isJudged(measurement)
        ? ''
        : `${isCompare ? ' new' : ''} ${amount(value, unit)}${old} limit ${amount(limit, unit)}`;
    const text = `${guard}: ${verdictWords(measurement)}${seen}  ${safe(reason)}`;
    return [index === 0 ? 'checked' : '', text.trimEnd()];
  });
}

/** The units that the evidence for harm comes from, with what would be left of it without them. */
function contributionRows({ guards }: DecisionView): string[][] {
  return guards
    .flatMap(({ contributions = [] }) => contributions)
    .map(({ unit, requests, failed, logWithout }, index) => {
      const seen = `${failed} of ${count(requests, 'request', 'requests')} failed lately`;
      const text = `${safe(unit)}: ${seen}; without it the evidence is ${odds(logWithout)} to 1`;
      return [index === 0 ? 'units' : '', text];
    });
}

function changesRow(view: RolloutView): string[][] {
  const { phase, waitingFor, hold } = view;
  if (isTerminal(phase)) return [];
  if (phase === 'paused' || phase === 'frozen' || phase === 'pending')
    return [['changes', whatLifts(view) ?? '']];
  if (waitingFor === null) return [];
  if (hold === null) return [['changes', `${safe(waitingFor)}; then it goes on by itself`]];
  const whose = needsPerson(hold.code)
    ? 'somebody has to end it (docs/hold.md)'
    : 'once it is over';
  return [['changes', `${whose}: ${safe(waitingFor)}; then it goes on by itself`]];
}

function earlierRows(earlier: readonly DecisionView[], now: number, look: Look): string[][] {
  return earlier
    .toReversed()
    .map(({ at, action, step, reason, by }, index) => [
      index === 0 ? 'before' : '',
      `${clock(at, now, look)} ${action}  ${step}  ${safe(reason)} (${safe(by)})`,
    ]);
}
