import { memo, type ReactNode, useState } from 'react';
import type { DecisionView, RolloutView } from '../../core/protocol/rollout-view.ts';
import { type History, useEarlier } from '../api/decision-queries.ts';
import { Icon, type IconName } from '../design/icon.tsx';
import { Panel } from '../design/panel.tsx';
import type { Tone } from '../design/tone.ts';
import { counted } from '../words/counted.ts';
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

interface TimelineProps {
  readonly view: RolloutView;
  readonly history: History | undefined;
}

/** So many are drawn at once, however long the history is. */
const perPage = 100;

/** What was decided, newest first, each with its why. */
export function Timeline({ view, history }: TimelineProps): ReactNode {
  const { decisions, hasEarlier } = history ?? { decisions: [], hasEarlier: false };
  const earlier = useEarlier(view.id);
  // The newest that is shown; null follows what is decided. A page stays as it is while others are made.
  const [newest, setNewest] = useState<number | null>(null);
  const until = decisions.findLastIndex(({ seq }) => newest === null || seq <= newest) + 1;
  const first = Math.max(0, until - perPage);
  // Midnight: what stands in the list stays as it is from one answer of the server to the next.
  const today = new Date(view.now).setHours(0, 0, 0, 0);
  const goBack = (): void => {
    setNewest(decisions[first - 1]?.seq ?? null);
    if (hasEarlier && first < 2 * perPage) earlier.mutate();
  };
  const known = counted(decisions.length, 'decision');
  return (
    <Panel title="Decisions" aside={hasEarlier ? `the newest ${known}` : known}>
      <ol className="timeline">
        {decisions
          .slice(first, until)
          .toReversed()
          .map((decision) => (
            <Entry key={decision.seq} decision={decision} today={today} />
          ))}
      </ol>
      {(first > 0 || newest !== null) && (
        <div className="line">
          <button type="button" className="button" disabled={first === 0} onClick={goBack}>
            Earlier
          </button>
          <button
            type="button"
            className="button"
            disabled={newest === null}
            onClick={() => setNewest(null)}
          >
            Newest
          </button>
        </div>
      )}
    </Panel>
  );
}

interface EntryProps {
  readonly decision: DecisionView;
  readonly today: number;
}

/** Drawn once: nobody rewrites history. */
const Entry = memo(function Entry({ decision, today }: EntryProps): ReactNode {
  const { action, step, reason, by, at, guards, seq } = decision;
  const { icon, tone } = looks[action] ?? { icon: 'dot', tone: 'quiet' };
  return (
    <li id={`decision-${seq}`}>
      <time title={fullTime(at)} dateTime={new Date(at).toISOString()}>
        {clock(at, today)}
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
});

/** Each guard that was asked, with what it saw: also those that saw no harm. */
function Evidence({ decision }: { readonly decision: DecisionView }): ReactNode {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Evidence of decision {decision.seq}</summary>
      {open && <Guards decision={decision} />}
    </details>
  );
}

function Guards({ decision }: { readonly decision: DecisionView }): ReactNode {
  return (
    <>
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
    </>
  );
}
