import type { ReactNode } from 'react';
import type { RolloutForecast } from '../../core/protocol/rollout-forecast.ts';
import type { RolloutView } from '../../core/protocol/rollout-view.ts';
import { useForecast } from '../api/rollout-queries.ts';
import { Panel } from '../design/panel.tsx';
import { findsWords, provenWords, stepsAhead, trafficWords } from '../words/forecast-words.ts';
import { Table } from '../design/table.tsx';

const columns = [
  { name: 'Step' },
  { name: 'Guard' },
  { name: 'Proven not worse' },
  { name: 'Finds harm from' },
] as const;

/** What the steps that are left can prove at this traffic, and how small a harm they find. */
export function ForecastPanel({ view }: { readonly view: RolloutView }): ReactNode {
  const { data } = useForecast(view.policy, true);
  if (data === undefined) return null;
  const { forecast } = data;
  return (
    <Panel
      title="What the steps can show"
      aside={forecast === null ? undefined : `at ${trafficWords(forecast.traffic)}`}
    >
      {forecast === null ? (
        <p className="muted">Not known before a minute of the old side’s traffic has been seen.</p>
      ) : (
        <Steps view={view} told={forecast} />
      )}
      {data.assumed.length > 0 && (
        <p className="muted">Taken to be as usual: {data.assumed.join(', ')}.</p>
      )}
    </Panel>
  );
}

interface StepsProps {
  readonly view: RolloutView;
  readonly told: NonNullable<RolloutForecast['forecast']>;
}

function Steps({ view, told }: StepsProps): ReactNode {
  const steps = stepsAhead(told, view.steps, view.stepIndex);
  if (steps.length === 0) return <p className="muted">No step is left that compares.</p>;
  return (
    <>
      <Table look="plain" columns={columns} isGrouped>
        {steps.map((step) => (
          <tbody key={step.name}>
            {step.guards.map((guard, at) => (
              <tr key={guard.guard}>
                {at === 0 && (
                  <th scope="rowgroup" rowSpan={step.guards.length}>
                    {step.name}
                  </th>
                )}
                <td>{guard.guard}</td>
                <td>{provenWords(guard)}</td>
                <td>{findsWords(guard)}</td>
              </tr>
            ))}
          </tbody>
        ))}
      </Table>
      {steps
        .flatMap(({ name, warnings }) => warnings.map((warning) => `${name}: ${warning}`))
        .map((warning) => (
          <p key={warning} className="muted">
            {warning}
          </p>
        ))}
      <p className="muted">
        A healthy rollout is rolled back with a chance of at most {100 * told.falseRollback.budget}
        %.
      </p>
    </>
  );
}
