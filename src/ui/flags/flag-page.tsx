import { type ReactNode, useState } from 'react';
import type { FlagView } from '../../core/protocol/flag-view.ts';
import { type FlagEdit, useFlag, useFlagEdit, useFlags } from '../api/flag-queries.ts';
import { Confirm } from '../design/confirm.tsx';
import { Icon } from '../design/icon.tsx';
import { Notice } from '../design/notice.tsx';
import { Link, pathTo } from '../shell/router.tsx';
import { useServerNow } from '../shell/use-now.ts';
import { clock } from '../words/time-words.ts';
import { FlagLog } from './flag-log.tsx';
import { OnOff } from './on-off.tsx';
import { PinnedPanel } from './pinned-panel.tsx';
import { RoutePanel } from './route-panel.tsx';

/** An edit that waits for a person's word. */
export interface Asked {
  readonly edit: FlagEdit;
  readonly act: string;
  readonly means: string;
  readonly grave?: boolean;
}

const stops = 'The rollout stops until a person resumes it or rolls it back.';

/** The flag of a rollout: who is served what. A person's hand on it outranks the machine. */
export function FlagPage({ name }: { readonly name: string }): ReactNode {
  const { data: flag, error } = useFlag(name);
  const provider = useFlags().data?.find((one) => one.name === name)?.provider;
  const [asked, ask] = useState<Asked | null>(null);
  if (flag === undefined) {
    return error === null ? null : <Notice tone="bad">{error.message}</Notice>;
  }
  const isOurs = provider === 'crossfade';
  const change = isOurs ? ask : null;
  return (
    <>
      <Head flag={flag} ask={change} />
      <div className="reasons">
        {flag.version === null && <ByHand flag={flag} />}
        {provider !== undefined && !isOurs && (
          <Notice tone="quiet">This flag is kept in {provider}, and is changed there.</Notice>
        )}
      </div>
      <div className="columns">
        <div className="column-main">
          <RoutePanel flag={flag} ask={change} />
          <FlagLog kind="flag" name={name} />
        </div>
        <div className="column-side">
          <PinnedPanel route={flag.route} ask={change} />
        </div>
      </div>
      {asked !== null && <EditDialog name={name} asked={asked} close={() => ask(null)} />}
    </>
  );
}

interface HeadProps {
  readonly flag: FlagView;
  readonly ask: ((asked: Asked) => void) | null;
}

function Head({ flag, ask }: HeadProps): ReactNode {
  const { enabled, migration, revision } = flag.route;
  return (
    <div className="head">
      <h1>{flag.name}</h1>
      <OnOff on={enabled} />
      <span className="muted">
        revision {revision} · of the rollout{' '}
        <Link to={pathTo('rollouts', migration)} className="link">
          {migration}
        </Link>
      </span>
      {ask !== null && (
        <div className="actions">
          <button
            type="button"
            className={enabled ? 'button button-grave' : 'button'}
            onClick={() => ask(enabled ? switchOff : switchOn)}
          >
            <Icon name={enabled ? 'pause' : 'play'} />
            {enabled ? 'Switch off' : 'Switch on'}
          </button>
        </div>
      )}
    </div>
  );
}

const switchOff: Asked = {
  edit: { enabled: false },
  act: 'Switch off',
  means: `Everybody is served by the safe side at once. ${stops}`,
  grave: true,
};

const switchOn: Asked = {
  edit: { enabled: true },
  act: 'Switch on',
  means:
    'Everybody is served as this page says. The rollout stays where it is until it is resumed.',
};

function ByHand({ flag }: { readonly flag: FlagView }): ReactNode {
  const now = useServerNow();
  return (
    <Notice tone="warn">
      <b>Changed by hand: </b>
      {flag.changedBy} at {clock(flag.changedAt, now)}. The rollout does not go on by itself; resume
      it or roll it back on{' '}
      <Link to={pathTo('rollouts', flag.route.migration)} className="link">
        its page
      </Link>
      .
    </Notice>
  );
}

interface EditDialogProps {
  readonly name: string;
  readonly asked: Asked;
  readonly close: () => void;
}

function EditDialog({ name, asked, close }: EditDialogProps): ReactNode {
  const edit = useFlagEdit(name);
  return (
    <Confirm
      title={`${asked.act}: ${name}`}
      means={asked.means}
      act={asked.act}
      grave={asked.grave}
      pending={edit.isPending}
      error={edit.error}
      onConfirm={() => edit.mutate(asked.edit, { onSuccess: close })}
      close={close}
    />
  );
}
