import { type ReactNode, useState } from 'react';
import type { DecisionView, RolloutView } from '../../core/protocol/rollout-view.ts';
import { Icon, type IconName } from '../design/icon.tsx';
import { Panel } from '../design/panel.tsx';
import type { Tone } from '../design/tone.ts';
import { amount, isJudged, seenValue, verdictOf } from '../words/guard-words.ts';
import { clock, fullTime } from '../words/time-words.ts';

const looks: Readonly<Record<string, { icon: IconName; tone: Tone }>> = {
  start: { icon: 'play', tone: 'accent' },
  advance: { icon: 'play', tone: 'accent' },
  complete: { icon: 'check', tone: 'good' },
  hold: { icon: 'hold', tone: 'warn' },
  extend: { icon: 'clock', tone: 'quiet' },
  pause: { icon: 'pause', tone: 'warn' },
  resume: { icon: 'play', tone: 'accent' },
  quarantine: { icon: 'person', tone: 'warn' },
  rollback: { icon: 'back', tone: 'bad' },
  freeze: { icon: 'freeze', tone: 'bad' },
  abort: { icon: 'cross', tone: 'bad' },
};

/** So many are drawn at once; more on request, so that a long history stays quick. */
const page = 40;

interface TimelineProps {
  readonly view: RolloutView;
  readonly decisions: readonly DecisionView[];
}

/** What was decided, newest first, each with its why. */
export function Timeline({ view, decisions }: TimelineProps): ReactNode {
  const [shown, setShown] = useState(page);
  const newest = decisions.toReversed().slice(0, shown);
  return (
    <Panel title="Decisions" aside={`${decisions.length} in this attempt`}>
      <ol className="timeline">
        {newest.map((decision) => (
          <Entry key={decision.seq} decision={decision} now={view.now} />
        ))}
      </ol>
      {decisions.length > shown && (
        <button type="button" className="quiet" onClick={() => setShown(shown + 5 * page)}>
          Show earlier ones ({decisions.length - shown})
        </button>
      )}
    </Panel>
  );
}

function Entry({
  decision,
  now,
}: {
  readonly decision: DecisionView;
  readonly now: number;
}): ReactNode {
  const { action, step, reason, by, at, guards, seq } = decision;
  const { icon, tone } = looks[action] ?? { icon: 'dot', tone: 'quiet' };
  return (
    <li id={`decision-${seq}`}>
      <time title={fullTime(at)} dateTime={new Date(at).toISOString()}>
        {clock(at, now)}
      </time>
      <span className={`entry-action tone-${tone}`}>
        <Icon name={icon} /> {action}
      </span>
      <div>
        <div>
          <span className="muted">{step}</span> {reason}
          {by !== 'crossfade' && <span className="by"> by {by}</span>}
        </div>
        {guards.length > 0 && <Evidence decision={decision} />}
      </div>
    </li>
  );
}

/** Each guard that was asked, with what it saw: also those that saw no harm. */
function Evidence({ decision }: { readonly decision: DecisionView }): ReactNode {
  return (
    <details>
      <summary>Evidence of decision {decision.seq}</summary>
      <ul className="evidence">
        {decision.guards.map((guard) => (
          <li key={guard.guard}>
            <b>{guard.guard}</b> {verdictOf(guard).words.toLowerCase()}
            {isJudged(guard) && seenValue(guard) !== null && (
              <>
                {' '}
                {amount(seenValue(guard), guard.unit)}
                {guard.kind === 'compare' && ` (old ${amount(guard.baseline, guard.unit)})`}, limit{' '}
                {amount(guard.limit, guard.unit)}
              </>
            )}
            : <span className="muted">{guard.reason}</span>
          </li>
        ))}
      </ul>
      <code>crossfade replay {decision.seq}</code>
    </details>
  );
}
