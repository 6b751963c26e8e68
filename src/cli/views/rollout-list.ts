import type { RolloutView } from '../../core/protocol/rollout-view.ts';
import { needsAttention, reasonWords, stateWords, stepWords } from './state-words.ts';
import { table, type Look } from './words.ts';

/** One line per rollout, those that need a person first. Wide: also project, attempt, revision and instances. */
export function rolloutList(
  views: readonly RolloutView[],
  { paint }: Look,
  isWide = false,
): string {
  if (views.length === 0) return 'no rollouts; crossfade start NAME begins one\n';
  const ordered = views.toSorted(
    (a, b) => Number(needsAttention(b)) - Number(needsAttention(a)) || b.startedAt - a.startedAt,
  );
  const rows = ordered.map((view) => (isWide ? [...row(view), ...more(view)] : row(view)));
  const lines = table(rows).map((line, index) => {
    const view = ordered[index];
    return view !== undefined && needsAttention(view) ? paint('yellow', line) : line;
  });
  return `${[...lines, `   ${summary(views)}`].join('\n')}\n`;
}

function row(view: RolloutView): string[] {
  const attention = needsAttention(view);
  return [
    attention ? '!' : ' ',
    view.policy,
    stateWords(view),
    view.endedAt === null ? stepWords(view) : '',
    view.endedAt === null ? `${view.exposure.acknowledged}%` : '',
    reasonWords(view),
    attention ? `crossfade why ${view.policy}` : '',
  ];
}

function more({ project, attempt, policyRevision, services }: RolloutView): string[] {
  const confirmed = services.map((one) => `${one.name} ${one.confirmed}/${one.atLeast}`);
  return [project, `attempt ${attempt}`, policyRevision, confirmed.join(' ')];
}

function summary(views: readonly RolloutView[]): string {
  const count = (phase: RolloutView['phase']): number =>
    views.filter((view) => view.phase === phase).length;
  return [
    `${count('completed')} completed`,
    `${count('rolled_back')} rolled back`,
    `${count('rolling_back')} rolling back`,
    `${count('frozen')} frozen`,
  ].join(', ');
}
