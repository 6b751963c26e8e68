import { type ReactNode, useState } from 'react';
import type { DecisionView } from '../../core/protocol/rollout-view.ts';
import { amount, isJudged, seenValue, verdictOf } from '../words/guard-words.ts';

/** Each guard that was asked, with what it saw: also those that saw no harm. Drawn when it is opened. */
export function Evidence({ decision }: { readonly decision: DecisionView }): ReactNode {
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
