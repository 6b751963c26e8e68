import type { ReactNode } from 'react';
import type { RolloutView } from '../../core/protocol/rollout-view.ts';
import { Icon } from '../design/icon.tsx';
import { useServerNow } from '../shell/use-now.ts';
import { isOver, type State, stateOf } from '../words/rollout-words.ts';
import { countdown, span } from '../words/time-words.ts';

type Stage = 'done' | 'current' | 'next' | 'later';

type Mark = Pick<State, 'icon' | 'words'>;

const marks: Readonly<Record<Exclude<Stage, 'current'>, Mark>> = {
  done: { icon: 'check', words: 'done' },
  next: { icon: 'circle', words: 'next' },
  later: { icon: 'circle', words: 'later' },
};

/** At the current step stands the icon of the badge: what a rollback ended did not pause. */
function markOf(view: RolloutView, stage: Stage): Mark {
  if (stage !== 'current') return marks[stage];
  return { icon: stateOf(view).icon, words: isOver(view) ? 'ended here' : 'now' };
}

/** The plan: what is done, what happens now, how long it bakes at the least, what comes next. */
export function StepRail({ view }: { readonly view: RolloutView }): ReactNode {
  const over = isOver(view);
  return (
    <ol className="rail card" aria-label="Steps">
      {view.steps.map((step, index) => {
        const stage = stageOf(view, index);
        const { icon, words } = markOf(view, stage);
        return (
          <li key={`${index} ${step.name}`} className={`rail-${stage}`}>
            <Icon name={icon} />
            <span className="rail-name">{step.name}</span>
            <span className="unseen">{words}</span>
            {stage === 'current' && !over && <Clock view={view} />}
          </li>
        );
      })}
    </ol>
  );
}

function stageOf({ phase, stepIndex }: RolloutView, index: number): Stage {
  if (phase === 'completed' || index < stepIndex) return 'done';
  if (index === stepIndex) return 'current';
  return index === stepIndex + 1 ? 'next' : 'later';
}

/** What is left of the bake; how long the step has lasted where it does not bake, or has baked. */
function Clock({ view }: { readonly view: RolloutView }): ReactNode {
  const now = useServerNow();
  const { stepSettledAt, stepEnteredAt } = view;
  const bakeMs = view.steps[view.stepIndex]?.bakeMs;
  const left = bakeMs === undefined || stepSettledAt === null ? 0 : stepSettledAt + bakeMs - now;
  if (left > 0 && view.phase === 'running') {
    return (
      <span className="rail-clock" title="left of the bake">
        {countdown(left)}
      </span>
    );
  }
  return (
    <span className="rail-clock" title="since this step began">
      {span(now - stepEnteredAt)}
    </span>
  );
}
