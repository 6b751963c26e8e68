import type { ReactNode } from 'react';
import type { RolloutView } from '../../core/protocol/rollout-view.ts';
import { Icon, type IconName } from '../design/icon.tsx';
import { Panel } from '../design/panel.tsx';
import type { Tone } from '../design/tone.ts';
import { span } from '../words/time-words.ts';

type Instance = RolloutView['instances'][number];

const looks: Readonly<
  Record<Instance['level'], { icon: IconName; tone: Tone; words: string; order: number }>
> = {
  silent: { icon: 'question', tone: 'warn', words: 'silent', order: 0 },
  behind: { icon: 'clock', tone: 'warn', words: 'behind', order: 1 },
  notImplemented: { icon: 'cross', tone: 'bad', words: 'does not implement it', order: 2 },
  assumed: { icon: 'dot', tone: 'quiet', words: 'assumed', order: 3 },
  served: { icon: 'check', tone: 'good', words: 'served', order: 4 },
  confirmed: { icon: 'check', tone: 'good', words: 'confirmed', order: 5 },
};

/** More than this are counted: those that lag behind come first. */
const shown = 12;

/** Who runs what: those that keep a step, or a rollback, from having arrived stand first. */
export function InstancesPanel({ view }: { readonly view: RolloutView }): ReactNode {
  const { services, instances, now } = view;
  const sorted = instances.toSorted((a, b) => looks[a.level].order - looks[b.level].order);
  return (
    <Panel
      title="Instances"
      aside={services
        .map(({ name, confirmed, atLeast }) => `${name} ${confirmed}/${atLeast}`)
        .join(', ')}
    >
      {instances.length === 0 && <p className="muted">No instance has spoken up.</p>}
      <ul className="instances">
        {sorted.slice(0, shown).map((instance) => (
          <Row key={`${instance.service} ${instance.instance}`} instance={instance} now={now} />
        ))}
      </ul>
      {sorted.length > shown && <p className="muted">and {sorted.length - shown} more</p>}
    </Panel>
  );
}

function Row({ instance, now }: { readonly instance: Instance; readonly now: number }): ReactNode {
  const { icon, tone, words } = looks[instance.level];
  return (
    <li className={`tone-${tone}`}>
      <Icon name={icon} />
      <span className="instance-name" title={instance.instance}>
        {instance.service} <span className="muted">{instance.instance}</span>
      </span>
      <span className="instance-level">
        {words}
        <span className="muted">
          {' '}
          rev {instance.revision}, {span(now - instance.lastSeenAt)} ago
        </span>
      </span>
    </li>
  );
}
