import type { ReactNode } from 'react';
import { useForecast } from '../api/rollout-queries.ts';
import { useEffective } from '../api/document-queries.ts';
import { useCohorts } from '../api/plan-queries.ts';
import { Panel } from '../design/panel.tsx';
import { Table } from '../design/table.tsx';
import { atLeastWords, type PlannedStep, plannedSteps } from '../words/step-words.ts';

interface StepsPanelProps {
  readonly policy: string;
  readonly text: string;
}

/** What may be known of steps; of what is known of none there is no column. */
const columns = [
  { key: 'units', name: 'Units', isNumber: true },
  { key: 'requests', name: 'Requests', isNumber: true },
  { key: 'bake', name: 'Bakes', isNumber: true },
  { key: 'proven', name: 'Proven not worse', isNumber: true },
  { key: 'people', name: 'Asks', isNumber: false },
] as const;

type Known = readonly (typeof columns)[number][];

/** What will happen, before anything is started: who moves when, and how long it takes at the least. */
export function StepsPanel({ policy, text }: StepsPanelProps): ReactNode {
  const effective = useEffective(policy, true).data;
  const cohorts = useCohorts(policy, text);
  const forecast = useForecast(policy, true).data?.forecast;
  if (effective === undefined) return null;
  const steps = plannedSteps({ values: effective.values, cohorts: cohorts.data, forecast });
  const known = columns.filter(({ key }) => steps.some((step) => step[key] !== ''));
  return (
    <Panel title="What will happen" aside={`${atLeastWords(steps)} at the least`}>
      <Table look="plain" className="steps" columns={[{ name: 'Step' }, ...known]}>
        {steps.map((step) => (
          <StepRow key={step.number} step={step} known={known} />
        ))}
      </Table>
      {cohorts.error !== null && (
        <p className="muted">Who moves is not known: {cohorts.error.message}.</p>
      )}
      {forecast === undefined && (
        <p className="muted">
          What can be proven is not known before the first attempt has seen traffic; crossfade
          forecast tells it for a rate that you give.
        </p>
      )}
    </Panel>
  );
}

function StepRow({
  step,
  known,
}: {
  readonly step: PlannedStep;
  readonly known: Known;
}): ReactNode {
  return (
    <tr>
      <th scope="row">
        <span className="muted">{step.number}</span> {step.name}
      </th>
      {known.map(({ key, isNumber }) => (
        <td key={key} className={isNumber ? 'number' : undefined}>
          {step[key]}
        </td>
      ))}
    </tr>
  );
}
