import type { Notice } from './notice.ts';

/** Longest reason that is repeated in a message; all of it stands in `crossfade why`. */
const longestReason = 1_500;

const did: Readonly<Record<Notice['action'], string>> = {
  start: 'has begun',
  advance: 'moves on',
  extend: 'waits for evidence',
  hold: 'holds',
  pause: 'is paused',
  resume: 'goes on',
  quarantine: 'holds units back',
  release: 'lets units go on',
  rollback: 'is rolled back',
  freeze: 'is frozen',
  unfreeze: 'is no longer frozen',
  override: 'goes on without a guard',
  dismiss: 'takes no notice of an alert',
  approve: 'is approved',
  drill: 'holds a fire drill',
  rebase: 'goes by a newer revision',
  abort: 'is given up',
  supersede: 'is superseded',
  complete: 'is complete',
  noReturn: 'draws near its point of no return',
};

/** `users-birthdate is rolled back at share 25%`: what happened, in one line. */
export function noticeTitle({ policy, action, from, step }: Notice): string {
  const words = action === 'rollback' && from === 'rolling_back' ? 'is back' : did[action];
  return `${policy} ${words}${step === '' ? '' : ` at ${step}`}`;
}

/** One paragraph: why, who decided, who is exposed, what it waits for, where to read on. */
export function noticeText(notice: Notice): string {
  const { reason, by, share, waitsFor, policy, attempt } = notice;
  const sentences = [
    oneLine(reason),
    `Decided by ${oneLine(by)} in attempt ${attempt}, with ${share} % on the new side`,
    ...(waitsFor === null ? [] : [`It waits for ${waitsFor}`]),
    `More: crossfade why ${policy}`,
  ];
  return `${sentences.join('. ')}.`;
}

/** What came from outside in one line without control characters, and no longer than can be read. */
function oneLine(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return line.length <= longestReason ? line : `${line.slice(0, longestReason)} …`;
}
