import type { ReactNode } from 'react';
import type { FoundPlan } from '../../core/protocol/target-view.ts';
import { useDocuments, useEffective } from '../api/document-queries.ts';
import { usePlan } from '../api/plan-queries.ts';
import { Badge } from '../design/badge.tsx';
import { Icon } from '../design/icon.tsx';
import { Panel } from '../design/panel.tsx';
import { Link, pathTo } from '../shell/router.tsx';
import { emptyWords, noReturnWords, planFacts, planParts, verdictOf } from '../words/plan-words.ts';

interface PlanPanelProps {
  readonly policy: string;
  /** The policy as it was written: it may hold the change itself. */
  readonly text: string;
}

/** What the change would do on its target as it is now. Nothing is carried out. */
export function PlanPanel({ policy, text }: PlanPanelProps): ReactNode {
  const values = useEffective(policy, true).data?.values;
  const documents = useDocuments().data;
  const valueOf = (path: string): string | undefined => {
    const value = values?.find((one) => one.path === path)?.value;
    return typeof value === 'string' ? value : undefined;
  };
  const target = valueOf('target');
  const declared = documents?.find(
    ({ kind, name }) => kind === 'SchemaMigration' && name === valueOf('schemaMigration.name'),
  );
  const isKnown = values !== undefined && documents !== undefined;
  const asked = { target, name: declared?.name ?? policy, text: declared?.text ?? text };
  const { data, error } = usePlan({ ...asked, text: isKnown ? asked.text : undefined });
  if (data === undefined) {
    return error === null ? null : <Panel title={`On ${target}`}>{error.message}</Panel>;
  }
  const path =
    declared === undefined
      ? null
      : pathTo('policies', 'SchemaMigration', declared.project, declared.name);
  return (
    <Panel title={`What it does on ${target}`} aside={<Verdict plan={data} />}>
      <Facts plan={data} />
      <Findings plan={data} path={path} />
      <Statements plan={data} />
    </Panel>
  );
}

function Verdict({ plan }: { readonly plan: FoundPlan }): ReactNode {
  const { tone, icon, words } = verdictOf(plan);
  return (
    <Badge tone={tone} icon={icon}>
      {words}
    </Badge>
  );
}

function Facts({ plan }: { readonly plan: FoundPlan }): ReactNode {
  const facts = planFacts(plan);
  const noReturn = noReturnWords(plan);
  if (facts.length === 0) return <p className="muted">{emptyWords(plan)}</p>;
  return (
    <dl className="facts facts-wide">
      {facts.map(([name, words]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{words}</dd>
        </div>
      ))}
      {noReturn !== '' && (
        <div>
          <dt>Point of no return</dt>
          <dd>{noReturn}</dd>
        </div>
      )}
    </dl>
  );
}

const severities = {
  blocks: { tone: 'bad', icon: 'cross', words: 'In the way' },
  warns: { tone: 'warn', icon: 'warn', words: 'To know' },
  unknown: { tone: 'quiet', icon: 'question', words: 'Not known' },
} as const;

interface FindingsProps {
  readonly plan: FoundPlan;
  /** Of the document that holds the operations; null where that is this page. */
  readonly path: string | null;
}

function Findings({ plan, path }: FindingsProps): ReactNode {
  return (
    <ul className="findings">
      {plan.findings.map(({ code, severity, message, remedy, line }) => {
        const { tone, icon, words } = severities[severity];
        return (
          <li key={`${code} ${message}`}>
            <span className={`entry-action tone-${tone}`}>
              <Icon name={icon} /> {words}
            </span>
            <div>
              <code>{code}</code> {line !== null && <Line line={line} path={path} />} {message}
              <div className="entry-more">{remedy}</div>
            </div>
          </li>
        );
      })}
    </ul>
  );
}

function Line({ line, path }: { readonly line: number } & Pick<FindingsProps, 'path'>): ReactNode {
  const words = `line ${line}`;
  if (path !== null) {
    return (
      <Link to={path} className="link">
        {words}
      </Link>
    );
  }
  return (
    <a href={`#line-${line}`} className="link">
      {words}
    </a>
  );
}

function Statements({ plan }: { readonly plan: FoundPlan }): ReactNode {
  const parts = planParts(plan);
  if (parts.length === 0) return null;
  return (
    <div className="parts">
      {parts.map(({ title, cost, isFinal, sql }, index) => (
        // What comes first is carried out first.
        <details key={index}>
          <summary>
            {title} {isFinal && <b className="tone-text-bad">no way back </b>}
            {cost !== '' && <>· {cost}</>}
          </summary>
          <pre>{sql.join('\n')}</pre>
        </details>
      ))}
    </div>
  );
}
