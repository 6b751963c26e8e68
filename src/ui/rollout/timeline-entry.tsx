import { memo, type ReactNode } from 'react';
import type {
  AlertEvent,
  CommandEvent,
  DecisionEvent,
  RolloutEvent,
} from '../../core/protocol/rollout-event.ts';
import { SourceLink } from '../alerts/source-link.tsx';
import { Icon } from '../design/icon.tsx';
import { Link } from '../shell/router.tsx';
import { alertMay, answerWords, entryPath, eventLook, labelWords } from '../words/event-words.ts';
import { clock, fullTime } from '../words/time-words.ts';
import { Evidence } from './evidence.tsx';

interface TimelineEntryProps {
  readonly rollout: string;
  readonly event: RolloutEvent;
  /** A moment of today. */
  readonly today: number;
  /** A link led to it. */
  readonly isMeant: boolean;
}

/** Drawn anew only when it has become another: nobody rewrites history. */
export const TimelineEntry = memo(function TimelineEntry({
  rollout,
  event,
  today,
  isMeant,
}: TimelineEntryProps): ReactNode {
  const { icon, tone, word } = eventLook(event);
  const { id, at } = event;
  return (
    <li id={id} className={isMeant ? 'entry-meant' : undefined} aria-current={isMeant || undefined}>
      <Link to={entryPath(rollout, event)} className="entry-time">
        <time title={fullTime(at)} dateTime={new Date(at).toISOString()}>
          {clock(at, today)}
        </time>
      </Link>
      <span className={`entry-action tone-${tone}`}>
        <Icon name={icon} /> {word}
      </span>
      <div>
        <Told event={event} rollout={rollout} today={today} />
      </div>
    </li>
  );
});

function Told({ event, rollout, today }: Omit<TimelineEntryProps, 'isMeant'>): ReactNode {
  switch (event.kind) {
    case 'decision':
      return <Decided event={event} />;
    case 'command':
      return <Asked event={event} />;
    case 'alert':
      return <Alerted event={event} rollout={rollout} today={today} />;
  }
}

function Decided({ event: { decision } }: { readonly event: DecisionEvent }): ReactNode {
  const { step, reason, by, guards } = decision;
  return (
    <>
      <span className="muted">{step}</span> {reason}
      {by !== 'crossfade' && <span className="by"> by {by}</span>}
      {guards.length > 0 && <Evidence decision={decision} />}
    </>
  );
}

function Asked({ event }: { readonly event: CommandEvent }): ReactNode {
  const { verb, by, reason } = event.command;
  return (
    <>
      <b>{verb}</b>
      <span className="by"> by {by}</span>
      {reason !== null && reason !== '' && `: ${reason}`}
      <div className="entry-more">{answerWords(event)}</div>
    </>
  );
}

interface AlertedProps {
  readonly event: AlertEvent;
  readonly rollout: string;
  readonly today: number;
}

function Alerted({ event, rollout, today }: AlertedProps): ReactNode {
  const { name, source, summary, link, startsAt, did } = event.alert;
  if (event.isOver) {
    return (
      <>
        <b>{name}</b> <span className="muted">{source}</span>
      </>
    );
  }
  return (
    <>
      <b>{name}</b> <span className="muted">{source}</span> {summary}
      {link !== null && <SourceLink link={link} />}
      <div className="entry-more">
        {labelWords(event).map((label) => (
          <code key={label} className="label">
            {label}
          </code>
        ))}
        {alertMay(event)}
        {startsAt !== null && `, since ${clock(startsAt, today)}`}
        {did.map((one) => (
          <span key={one.seq}>
            ; led to{' '}
            <Link
              to={entryPath(rollout, { id: `decision-${one.seq}`, at: one.at })}
              className="link"
            >
              {one.action}
            </Link>
          </span>
        ))}
      </div>
    </>
  );
}
