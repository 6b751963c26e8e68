import type { ReactNode } from 'react';
import { useFlagLog } from '../api/flag-queries.ts';
import { Icon } from '../design/icon.tsx';
import { Panel } from '../design/panel.tsx';
import { useServerNow } from '../shell/use-now.ts';
import { counted } from '../words/counted.ts';
import { actWords } from '../words/flag-words.ts';
import { clock, fullTime } from '../words/time-words.ts';

interface FlagLogProps {
  readonly kind: 'flag' | 'feature';
  readonly name: string;
}

/** Who did what to a flag; what the machine did stands with its rollout. */
export function FlagLog({ kind, name }: FlagLogProps): ReactNode {
  const { data } = useFlagLog(kind, name);
  const now = useServerNow();
  return (
    <Panel
      title="By people"
      aside={data === undefined ? undefined : counted(data.length, 'change')}
    >
      {data?.length === 0 && <p className="muted">Nobody has changed it by hand.</p>}
      <ol className="timeline acts">
        {data?.map((act) => (
          <li key={`${act.at} ${act.action}`}>
            <time title={fullTime(act.at)} dateTime={new Date(act.at).toISOString()}>
              {clock(act.at, now)}
            </time>
            <span className="entry-action tone-warn">
              <Icon name="person" /> {act.actor}
            </span>
            <div>{actWords(act)}</div>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
