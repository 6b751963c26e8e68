import { count } from '../../core/judge/wording.ts';
import type { Measurement } from '../../core/judge/measurement.ts';
import type { RolloutView } from '../../core/protocol/rollout-view.ts';
import { isTerminal } from '../../core/rollout/phase.ts';
import { oldUserName } from '../../core/rollout/old-use.ts';
import { counted } from '../faults.ts';
import { approvalRows } from './approval-rows.ts';
import { borderRows } from './border-rows.ts';
import { choices } from './choices.ts';
import { drilledWords, drillRows } from './drill-rows.ts';
import { quarantineRows } from './quarantine-text.ts';
import { jobWords } from './job-words.ts';
import { rollbackLines } from './rollback-text.ts';
import { needsAttention, reasonWords, stateWords, stepWords } from './state-words.ts';
import {
  amount,
  clock,
  isJudged,
  type Look,
  safe,
  seenValue,
  span,
  table,
  verdictWords,
} from './words.ts';

/** `crossfade status NAME`: state, exposure, guards, data, what comes next, what a person can do. */
export function rolloutDetail(view: RolloutView, look: Look): string {
  const rows = [
    exposureRow(view),
    ...view.guards.map(guardRow),
    ...alertRows(view, look),
    ...undeliveredRows(view),
    ...oldUseRows(view),
    ...overrideRows(view, look),
    ...approvalRows(view, look),
    rebasedRow(view, look),
    appliedRow(view, look),
    ...drillRows(view, look),
    ...quarantineRows(view, look),
    dataRow(view),
    ...borderRows(view),
    ...instanceRows(view),
    flagRow(view, look),
    labelled(isWaiting(view) ? 'waiting' : 'stopped', waitWords(view)),
    labelled('next', nextWords(view)),
    labelled('no return', noReturnWords(view)),
    labelled('you can', choices(view)),
  ].filter((row) => row.length > 0);
  return `${[headline(view, look), ...table(rows), ...rollbackLines(view, look)].join('\n')}\n`;
}

function headline(view: RolloutView, look: Look): string {
  const { paint } = look;
  const { policy, policyRevision, attempt, steps, stepIndex, reversible } = view;
  const state = stateWords(view);
  const step = `step ${Math.min(stepIndex + 1, steps.length)}/${steps.length} ${stepWords(view)}`;
  return [
    policy,
    paint(needsAttention(view) ? 'yellow' : 'bold', state),
    step.trimEnd(),
    `rev ${policyRevision}`,
    `attempt ${attempt}`,
    `reversible: ${reversible ? reversibleWords(view, look) : 'NO'}`,
  ].join('  ');
}

/** A rollback that leaves the old version with less than was written is one all the same. */
function reversibleWords(view: RolloutView, look: Look): string {
  const { lossy, reversibleWhile = [] } = view;
  const yes = `YES${drilledWords(view, look)}`;
  const border = reversibleWhile.map((one) => `, while ${safe(one)}`).join('');
  if (lossy.length === 0) return `${yes}${border}`;
  return `${yes}${border}, but the old version will read what down makes of ${lossy.map(safe).join(', ')}`;
}

/** A row of label and text; none when there is nothing to say. */
function labelled(label: string, text: string): string[] {
  return text === '' ? [] : [label, text];
}

function exposureRow({ exposure, services, route }: RolloutView): string[] {
  if (route === 'none') return ['exposure', 'nobody is routed (route: none)'];
  const { wanted, set, acknowledged, peak } = exposure;
  const shares = `wanted ${wanted}%  set ${set === null ? '?' : `${set}%`}  acknowledged ${acknowledged}%  peak ${peak}%`;
  const instances = services.map(
    ({ name, confirmed, atLeast }) => `${name} ${confirmed}/${atLeast}`,
  );
  return ['exposure', [shares, ...instances].join('  ')];
}

/** `errors  new 0.11%  old 0.10%  limit 0.16%  not worse`. */
function guardRow(measurement: Measurement): string[] {
  const { guard, kind, canary, baseline, limit, unit, verdict, reason, note } = measurement;
  const words = verdictWords(measurement);
  if (!isJudged(measurement)) return [guard, `${words}  (${safe(reason)})`];
  const values =
    kind === 'compare'
      ? `new ${amount(canary, unit)}  old ${amount(baseline, unit)}  limit ${amount(limit, unit)}`
      : `${amount(seenValue(measurement), unit)}  limit ${amount(limit, unit)}`;
  const more = verdict === 'pass' ? (note ?? '') : reason;
  return [guard, `${values}  ${words}${more === '' ? '' : `  (${safe(more)})`}`];
}

/** `alert  CheckoutErrors (alertmanager) since 02:10:03  rolls back  half of all payments fail`. */
function alertRows({ alerts = [], now }: RolloutView, look: Look): string[][] {
  const does = { rollback: 'rolls back', hold: 'holds', notify: 'is shown' };
  return alerts.map(({ name, source, action, summary, startsAt, dismissed }) => {
    const since = startsAt === null ? '' : ` since ${clock(startsAt, now, look)}`;
    const done = dismissed === undefined ? does[action] : `dismissed by ${safe(dismissed.by)}`;
    return ['alert', `${safe(name)} (${source})${since}  ${done}  ${safe(summary)}`];
  });
}

/** `untold  channel: users-birthdate is paused  3 attempts, the last: answered 503`. */
function undeliveredRows({ undelivered = [] }: RolloutView): string[][] {
  return undelivered.map(({ recipient, title, attempts, error, isGivenUp }) => {
    const tried = `${count(attempts, 'attempt', 'attempts')}, the last: ${safe(error)}`;
    return [
      'untold',
      `${recipient}: ${safe(title)}  ${isGivenUp ? 'given up after ' : ''}${tried}`,
    ];
  });
}

/** `old use  users-worker (role app)  12 s ago  SELECT dob FROM …`. */
function oldUseRows({ oldUse = [], now }: RolloutView): string[][] {
  return oldUse.map((use) => {
    const ago = `${span(now - use.seenAt)} ago`;
    const often = use.calls === undefined ? '' : `${counted(use.calls, 'call')}  `;
    return ['old use', `${safe(oldUserName(use))}  ${ago}  ${often}${safe(use.example)}`];
  });
}

/** `override  reads until 03:40:00 (alice)  the metric counts twice`. */
function overrideRows({ overrides = [], now }: RolloutView, look: Look): string[][] {
  return overrides.map(({ guard, by, reason, until }) => {
    const who = `${safe(guard)} until ${clock(until, now, look)} (${safe(by)})`;
    return ['override', `${who}  ${safe(reason)}`];
  });
}

/** `rebased  from revision 3f2c1a0b9d11 at 14:05:10 (alice)`. */
function rebasedRow({ rebased, now }: RolloutView, look: Look): string[] {
  if (rebased === undefined) return [];
  const { from, by, at } = rebased;
  return ['rebased', `from revision ${from} at ${clock(at, now, look)} (${safe(by)})`];
}

/** `applied  anew at 14:02:10, after this began: crossfade rebase users-birthdate --dry-run`. */
function appliedRow({ appliedAt, policy, now }: RolloutView, look: Look): string[] {
  if (appliedAt === undefined) return [];
  const at = clock(appliedAt, now, look);
  return ['applied', `anew at ${at}, after this began: crossfade rebase ${policy} --dry-run`];
}

/** Rows in quarantine belong to the migration, and each of its jobs knows of all of them: they are told once. */
function dataRow({ jobs, policy }: RolloutView): string[] {
  const rows = Math.max(0, ...jobs.map(({ quarantined }) => quarantined));
  const isFilled = jobs.some(({ kind, status }) => kind === 'backfill' && status === 'done');
  const named = isFilled ? ` (crossfade parity ${policy} --rows)` : '';
  const words = jobs.map((job) => jobWords({ ...job, quarantined: 0 }));
  const kept = rows === 0 ? [] : [`${count(rows, 'row', 'rows')} in quarantine${named}`];
  return labelled('data', [...words, ...kept].join('  '));
}

/** Only the instances that keep a step or a rollback from having arrived. */
function instanceRows({ instances, now }: RolloutView): string[][] {
  const words = {
    behind: 'behind',
    silent: 'silent',
    notImplemented: 'does not implement it',
  };
  return instances.flatMap(({ service, instance, level, lastSeenAt }) => {
    if (level === 'confirmed' || level === 'served' || level === 'assumed') return [];
    const seen = `last seen ${span(now - lastSeenAt)} ago`;
    return [['instance', `${safe(service)} ${safe(instance)}  ${words[level]}  ${seen}`]];
  });
}

/** A flag that a person touched is worth a line; one that stands as wanted is not. */
function flagRow({ flag, now }: RolloutView, look: Look): string[] {
  if (flag === null || (flag.enabled && flag.changedBy === 'crossfade')) return [];
  const state = flag.enabled ? 'on' : 'OFF';
  return [
    'flag',
    `${flag.name} ${state}, changed by ${safe(flag.changedBy)} at ${clock(flag.changedAt, now, look)}`,
  ];
}

const isWaiting = ({ phase }: RolloutView): boolean => phase === 'running' || phase === 'pending';

/** Why it does not go on; a rollback has lines of its own. */
function waitWords(view: RolloutView): string {
  if (view.rollback !== null || isTerminal(view.phase)) return '';
  const by = view.stop === null || isWaiting(view) ? '' : ` (by ${safe(view.stop.by)})`;
  return `${reasonWords(view)}${by}`;
}

function nextWords({ phase, steps, stepIndex }: RolloutView): string {
  if (phase !== 'running' && phase !== 'paused') return '';
  const approval = steps[stepIndex]?.approval;
  const first = approval === undefined ? '' : `approval by ${approval.role}, then `;
  return `${first}${steps[stepIndex + 1]?.name ?? 'completed'}`;
}

/** Said from the beginning, so that nobody learns of it when it has been passed. */
function noReturnWords({ pointOfNoReturn, phase, steps, stepIndex }: RolloutView): string {
  if (pointOfNoReturn === undefined || isTerminal(phase) || phase === 'rolling_back') return '';
  const { stepIndex: index, approve, trashForMs } = pointOfNoReturn;
  const who = approve === 'none' ? 'nobody is asked' : `asks for ${approve}`;
  const where = index === stepIndex ? 'this step' : `step ${index + 1}/${steps.length}`;
  return `from ${where} (contract, ${who}) on a rollback would lose data; restore for ${span(trashForMs)}`;
}
