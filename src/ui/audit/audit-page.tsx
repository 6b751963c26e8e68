import { type ReactNode, useState } from 'react';
import type { AuditEntry } from '../../core/protocol/audit-view.ts';
import { type AuditView, useAudit } from '../api/audit-queries.ts';
import { Badge } from '../design/badge.tsx';
import { Chips } from '../design/chips.tsx';
import { Notice } from '../design/notice.tsx';
import { SearchField } from '../design/search-field.tsx';
import { usePlace } from '../shell/router.tsx';
import { useServerNow } from '../shell/use-now.ts';
import { detailWords } from '../words/audit-words.ts';
import { clock, fullTime } from '../words/time-words.ts';
import { Table } from '../design/table.tsx';

const columns = [
  { name: 'When' },
  { name: 'Who' },
  { name: 'What' },
  { name: 'To what' },
  { name: 'More' },
] as const;

const hourMs = 3_600_000;

const spans = [
  { key: 'hour', name: 'Last hour', ms: hourMs },
  { key: '', name: 'Last day', ms: 24 * hourMs },
  { key: 'week', name: 'Last week', ms: 7 * 24 * hourMs },
  { key: 'all', name: 'All', ms: null },
] as const;

/** So many are drawn at once; more on request. */
const page = 200;

/** Who did what, when, to what. */
export function AuditPage(): ReactNode {
  const { query } = usePlace();
  const span = spans.find(({ key }) => key === (query.get('for') ?? '')) ?? spans[1];
  const { data, error } = useAudit(span.ms);
  const words = (query.get('q') ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const found = (data?.entries ?? []).filter((entry) => matches(entry, words));
  return (
    <>
      <div className="head">
        <h1>Audit</h1>
        <Chips name="for" legend="Time" options={spans} />
        {data !== undefined && <Chain view={data} />}
        <SearchField label="Search the audit log" placeholder="Who, what, to what" />
      </div>
      {error !== null && <Notice tone="bad">{error.message}</Notice>}
      {data?.cut === true && (
        <Notice tone="warn">
          These are the oldest {data.entries.length.toLocaleString('en')} of that time. Take a
          shorter one, or export all of it: <code>crossfade audit</code>.
        </Notice>
      )}
      {data !== undefined && <AuditTable entries={found} />}
    </>
  );
}

function matches(
  { actor, action, subject, detail }: AuditEntry,
  words: readonly string[],
): boolean {
  const text = [actor, action, subject, detailWords(detail)].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}

function Chain({ view: { intact, entries } }: { readonly view: AuditView }): ReactNode {
  if (intact === null || entries.length === 0) return null;
  return (
    <Badge tone={intact ? 'good' : 'bad'} icon={intact ? 'check' : 'warn'}>
      {intact ? 'Chain is whole' : 'Chain is broken'}
    </Badge>
  );
}

function AuditTable({ entries }: { readonly entries: readonly AuditEntry[] }): ReactNode {
  const now = useServerNow(60_000);
  const [shown, setShown] = useState(page);
  if (entries.length === 0) return <p className="empty">Nothing fits.</p>;
  return (
    <>
      <Table look="stack" className="audit" columns={columns}>
        {entries.slice(0, shown).map((entry) => (
          <tr key={entry.seq}>
            <td className="mono nowrap" title={`${fullTime(entry.at)}, number ${entry.seq}`}>
              {clock(entry.at, now)}
            </td>
            <td>{entry.actor}</td>
            <th scope="row">{entry.action}</th>
            <td>{entry.subject}</td>
            <td className="reason">
              <div className="two-lines">{detailWords(entry.detail)}</div>
            </td>
          </tr>
        ))}
      </Table>
      {entries.length > shown && (
        <button type="button" className="quiet" onClick={() => setShown(shown + 5 * page)}>
          Show earlier ones ({(entries.length - shown).toLocaleString('en')})
        </button>
      )}
    </>
  );
}
