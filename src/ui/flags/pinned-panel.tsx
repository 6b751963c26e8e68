import { type FormEvent, type ReactNode, useState } from 'react';
import type { FlagView } from '../../core/protocol/flag-view.ts';
import { Icon } from '../design/icon.tsx';
import { Panel } from '../design/panel.tsx';
import type { Asked } from './flag-page.tsx';

interface PinnedPanelProps {
  readonly route: FlagView['route'];
  readonly ask: ((asked: Asked) => void) | null;
}

/** More than this are counted. */
const shown = 100;

/** Units that stay on the old side, whoever put them there. */
export function PinnedPanel({ route, ask }: PinnedPanelProps): ReactNode {
  const { pinned, quarantined } = route;
  return (
    <Panel title="Kept on the old side" aside={`${pinned.length} pinned`}>
      <ul className="units">
        {pinned.slice(0, shown).map((unit) => (
          <li key={unit}>
            <span>{unit}</span>
            {ask !== null && (
              <button
                type="button"
                className="quiet"
                onClick={() => ask(free(unit))}
                title={`Free ${unit}`}
              >
                <Icon name="cross" />
                <span className="unseen">Free {unit}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
      {pinned.length > shown && <p className="muted">and {pinned.length - shown} more</p>}
      {ask !== null && <PinForm ask={ask} />}
      {quarantined.length > 0 && (
        <p className="muted">
          Sent back by the machine while the rollout goes on: {quarantined.join(', ')}
        </p>
      )}
    </Panel>
  );
}

function free(unit: string): Asked {
  return {
    edit: { unpin: [unit] },
    act: 'Free',
    means: `${unit} is routed like others again. The rollout stops until a person resumes it or rolls it back.`,
  };
}

function PinForm({ ask }: { readonly ask: (asked: Asked) => void }): ReactNode {
  const [unit, setUnit] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const named = unit.trim();
    const means = `${named} is served by the old side from now on, whatever the share. The rollout stops until a person resumes it or rolls it back.`;
    ask({ edit: { pin: [named] }, act: 'Pin', means });
    setUnit('');
  };
  return (
    <form className="line" onSubmit={submit}>
      <input
        value={unit}
        onChange={(event) => setUnit(event.target.value)}
        placeholder="Unit"
        aria-label="Unit to pin"
        maxLength={200}
      />
      <button type="submit" className="button" disabled={unit.trim() === ''}>
        Pin
      </button>
    </form>
  );
}
