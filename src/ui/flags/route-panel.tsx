import { type FormEvent, type ReactNode, useState } from 'react';
import type { FlagView } from '../../core/protocol/flag-view.ts';
import { Panel } from '../design/panel.tsx';
import type { Asked } from './flag-page.tsx';
import { Table } from '../design/table.tsx';

interface RoutePanelProps {
  readonly flag: FlagView;
  /** Null where the flag is changed elsewhere. */
  readonly ask: ((asked: Asked) => void) | null;
}

/** Who is served by which side, in the order in which it is decided. */
export function RoutePanel({ flag: { route }, ask }: RoutePanelProps): ReactNode {
  const { enabled, rings, share, canaryStage, baseStage, safeSide, unitKey, withoutUnit } = route;
  return (
    <Panel
      title="Who is served what"
      aside={enabled ? undefined : `switched off: all by the ${safeSide} side`}
    >
      <Table look="plain" columns={[{ name: `Units, by ${unitKey}` }, { name: 'Stage' }]}>
        {rings.map(({ name, units }) => (
          <tr key={name}>
            <th scope="row">
              Ring {name} <span className="muted">{units.join(', ')}</span>
            </th>
            <td>{canaryStage}</td>
          </tr>
        ))}
        <tr>
          <th scope="row">
            {share}% of the others <span className="muted">by hash</span>
          </th>
          <td>{share === 0 ? <span className="muted">nobody</span> : canaryStage}</td>
        </tr>
        <tr>
          <th scope="row">Everybody else</th>
          <td>{baseStage}</td>
        </tr>
        <tr>
          <th scope="row">Requests without a unit</th>
          <td>{withoutUnit === 'refuse' ? 'refused' : `${withoutUnit} side`}</td>
        </tr>
      </Table>
      {ask !== null && <ShareForm share={share} ask={ask} />}
    </Panel>
  );
}

interface ShareFormProps {
  readonly share: number;
  readonly ask: (asked: Asked) => void;
}

function ShareForm({ share, ask }: ShareFormProps): ReactNode {
  const [typed, setTyped] = useState('');
  const wanted = typed === '' ? share : Number(typed);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const means =
      `${wanted}% of the units that no list names are served by the new side, instead of ${share}%. ` +
      'The rollout stops until a person resumes it or rolls it back.';
    ask({ edit: { share: wanted }, act: `Set the share to ${wanted}%`, means });
  };
  return (
    <form className="line" onSubmit={submit}>
      <label className="line">
        Share in %
        <input
          type="number"
          min={0}
          max={100}
          step={1}
          placeholder={String(share)}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </label>
      <button type="submit" className="button" disabled={wanted === share}>
        Change
      </button>
    </form>
  );
}
