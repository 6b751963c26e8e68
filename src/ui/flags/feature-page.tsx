import { type ReactNode, useState } from 'react';
import type { FeatureView } from '../../core/protocol/flag-view.ts';
import { type Toggle, useFeature, useToggle } from '../api/flag-queries.ts';
import { Badge } from '../design/badge.tsx';
import { Confirm } from '../design/confirm.tsx';
import { Notice } from '../design/notice.tsx';
import { Panel } from '../design/panel.tsx';
import { constraintWords, strategyWords } from '../words/flag-words.ts';
import { FlagLog } from './flag-log.tsx';
import { OnOff } from './on-off.tsx';

type Environment = FeatureView['environments'][string];

/** A flag that people manage: what it is in each environment, and who changed it. */
export function FeaturePage({ name }: { readonly name: string }): ReactNode {
  const { data: feature, error } = useFeature(name);
  const [asked, ask] = useState<Toggle | null>(null);
  if (feature === undefined) {
    return error === null ? null : <Notice tone="bad">{error.message}</Notice>;
  }
  const { type, project, revision, description, stale } = feature;
  return (
    <>
      <div className="head">
        <h1>{name}</h1>
        {stale && (
          <Badge tone="warn" icon="clock">
            Stale
          </Badge>
        )}
        <span className="muted">
          {type} · {project} · revision {revision}
        </span>
      </div>
      {description !== null && description !== '' && <p className="lead">{description}</p>}
      <div className="columns">
        <div className="column-main">
          {Object.entries(feature.environments).map(([environment, there]) => (
            <EnvironmentPanel
              key={environment}
              name={environment}
              there={there}
              toggle={() => ask({ environment, enabled: !there.enabled })}
            />
          ))}
        </div>
        <div className="column-side">
          <FlagLog kind="feature" name={name} />
        </div>
      </div>
      {asked !== null && <ToggleDialog name={name} asked={asked} close={() => ask(null)} />}
    </>
  );
}

interface EnvironmentPanelProps {
  readonly name: string;
  readonly there: Environment;
  readonly toggle: () => void;
}

function EnvironmentPanel({ name, there, toggle }: EnvironmentPanelProps): ReactNode {
  const { enabled, strategies, variants } = there;
  return (
    <Panel
      title={name}
      aside={
        <span className="line">
          <OnOff on={enabled} />
          <button type="button" className="button" onClick={toggle}>
            {enabled ? 'Switch off' : 'Switch on'}
          </button>
        </span>
      }
    >
      <ol className="strategies">
        {strategies.length === 0 && <li>Everybody, while it is on.</li>}
        {strategies.map((strategy, index) => (
          // The same strategy may stand there twice; its place is what it is known by.
          <li key={index} className={strategy.disabled === true ? 'muted' : ''}>
            <b>{strategyWords(strategy)}</b>
            {strategy.disabled === true && ' (set aside)'}
            {(strategy.constraints ?? []).map((constraint) => (
              <div key={constraintWords(constraint)} className="muted">
                where {constraintWords(constraint)}
              </div>
            ))}
            {(strategy.segments ?? []).length > 0 && (
              <div className="muted">in segment {strategy.segments?.join(', ')}</div>
            )}
          </li>
        ))}
      </ol>
      {variants.length > 0 && (
        <p className="muted">
          Variants: {variants.map((one) => `${one.name} (weight ${one.weight})`).join(', ')}
        </p>
      )}
    </Panel>
  );
}

interface ToggleDialogProps {
  readonly name: string;
  readonly asked: Toggle;
  readonly close: () => void;
}

function ToggleDialog({ name, asked, close }: ToggleDialogProps): ReactNode {
  const toggle = useToggle(name);
  const { environment, enabled } = asked;
  const act = enabled ? 'Switch on' : 'Switch off';
  const means = enabled
    ? `Clients of ${environment} get it as its strategies say, at once.`
    : `Nobody in ${environment} gets it any more, at once.`;
  return (
    <Confirm
      title={`${act}: ${name} in ${environment}`}
      means={means}
      act={act}
      grave={!enabled}
      pending={toggle.isPending}
      error={toggle.error}
      onConfirm={() => toggle.mutate(asked, { onSuccess: close })}
      close={close}
    />
  );
}
