import type { ReactNode } from 'react';
import { useDocuments } from '../api/document-queries.ts';
import { Notice } from '../design/notice.tsx';
import { SearchField } from '../design/search-field.tsx';
import { Link, pathTo, usePlace } from '../shell/router.tsx';
import { SetNotices } from './set-notices.tsx';
import { Table } from '../design/table.tsx';

const columns = [
  { name: 'Name' },
  { name: 'Kind' },
  { name: 'Project' },
  { name: 'Revision' },
] as const;

/** In the order in which people look for them. */
const kinds = ['RolloutPolicy', 'SchemaMigration', 'Service', 'Target', 'Profile', 'Provider'];

/** Every document that is applied. */
export function PoliciesPage(): ReactNode {
  const { data, error } = useDocuments();
  const words = (usePlace().query.get('q') ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const found = (data ?? [])
    .filter(({ kind, project, name, text }) => {
      const all = [kind, project, name, text].join(' ').toLowerCase();
      return words.every((word) => all.includes(word));
    })
    .toSorted((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
  return (
    <>
      <div className="head">
        <h1>Policies</h1>
        <SearchField label="Search policies" placeholder="Name, kind, any word in it" />
      </div>
      <SetNotices />
      {error !== null && <Notice tone="bad">{error.message}</Notice>}
      {data !== undefined && found.length === 0 && (
        <p className="empty">Nothing fits. Documents come by crossfade apply -f policy.yaml.</p>
      )}
      {found.length > 0 && (
        <Table look="stack" columns={columns}>
          {found.map(({ kind, project, name, revision }) => (
            <tr key={`${kind} ${project} ${name}`}>
              <th scope="row">
                <Link to={pathTo('policies', kind, project, name)}>{name}</Link>
              </th>
              <td>{kind}</td>
              <td className="optional">{project}</td>
              <td className="optional mono">{revision}</td>
            </tr>
          ))}
        </Table>
      )}
    </>
  );
}
