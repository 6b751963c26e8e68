import type { DataSource, EntityManager } from 'typeorm';
import { canonical } from '../../core/canonical.ts';
import type { DriftedDocument } from '../../core/protocol/document-set-view.ts';
import {
  type DocumentsAtOnce,
  DocumentSets,
  type SetApplication,
} from '../../engine/ports/document-sets.ts';
import { putDocuments } from './put-documents.ts';

export class PostgresDocumentSets extends DocumentSets {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    super();
    this.#source = source;
  }

  read(): Promise<DocumentsAtOnce> {
    return this.#source.transaction('REPEATABLE READ', (manager) => readAll(manager));
  }

  async apply(application: SetApplication): Promise<'stored' | 'outdated' | 'late'> {
    return this.#source.transaction(async (manager) => {
      // Whoever else stores documents waits, so that what was checked is what is stored.
      await manager.query('LOCK TABLE crossfade_state.document IN SHARE ROW EXCLUSIVE MODE');
      if (!(await isUpToDate(manager, application))) return 'outdated';
      if (!(await isInTime(manager, application))) return 'late';
      await store(manager, application);
      return 'stored';
    });
  }

  async drifted(): Promise<readonly (DriftedDocument & { readonly set: string })[]> {
    const rows: (DriftedDocument & { set: string; appliedAt: string })[] =
      await this.#source.query(selectDrifted);
    return rows.map((row) => ({ ...row, appliedAt: Number(row.appliedAt) }));
  }

  async counts(): Promise<readonly { readonly set: string; readonly drifted: number }[]> {
    return this.#source.query(countDrifted);
  }
}

async function readAll(manager: EntityManager): Promise<DocumentsAtOnce> {
  const sets: (DocumentsAtOnce['sets'][number] & { appliedAt: string })[] =
    await manager.query(selectSets);
  return {
    documents: await manager.query(selectDocuments),
    members: await manager.query(selectMembers),
    sets: sets.map((set) => ({ ...set, appliedAt: Number(set.appliedAt) })),
  };
}

async function store(manager: EntityManager, application: SetApplication): Promise<void> {
  const { set, revision, commit, dirty, by, changed, pruned, members } = application;
  await putDocuments(manager, changed, by);
  for (const one of pruned) await manager.query(retire, [one.kind, one.project, one.name, by]);
  await manager.query(putSet, [set, revision, commit, dirty, by]);
  await manager.query(putMembers, [set, JSON.stringify(members)]);
  const detail = { revision, commit, dirty, changed: changed.length, pruned: pruned.length };
  await manager.query(auditSet, [by, `set/${set}`, detail]);
}

async function isUpToDate(manager: EntityManager, { basis }: SetApplication): Promise<boolean> {
  return essence(await readAll(manager)) === essence(basis);
}

function essence({ documents, members }: DocumentsAtOnce): string {
  const stamps = documents.map(({ kind, project, name, revision }) => [
    kind,
    project,
    name,
    revision,
  ]);
  return canonical([stamps, members]);
}

async function isInTime(manager: EntityManager, { turn }: SetApplication): Promise<boolean> {
  if (turn === null) return true;
  const rows: unknown[] = await manager.query(
    'SELECT FROM crossfade_state.follow WHERE document_set = $1 AND fence = $2 FOR UPDATE',
    [turn.set, turn.fence],
  );
  return rows.length > 0;
}

const selectDocuments = `SELECT kind, project, name, revision, body FROM crossfade_state.document
  ORDER BY kind, name, project`;

const selectMembers = `SELECT document_set AS set, kind, project, name, revision, present AS "isPresent"
  FROM crossfade_state.document_set_member ORDER BY kind, name, project`;

const selectSets = `SELECT name, revision, git_commit AS commit, dirty, applied_by AS "appliedBy",
    applied_at AS "appliedAt"
  FROM crossfade_state.document_set ORDER BY name`;

const retire = `WITH gone AS (
    DELETE FROM crossfade_state.document WHERE kind = $1 AND project = $2 AND name = $3
    RETURNING revision
  )
  INSERT INTO crossfade_state.audit (at, actor, action, subject, detail)
  SELECT crossfade_state.now(), $4, 'retire', $1 || '/' || $3, jsonb_build_object('revision', revision)
  FROM gone`;

const putSet = `INSERT INTO crossfade_state.document_set
    (name, revision, git_commit, dirty, applied_by, applied_at)
  VALUES ($1, $2, $3, $4, $5, crossfade_state.now())
  ON CONFLICT (name) DO UPDATE SET revision = excluded.revision, git_commit = excluded.git_commit,
    dirty = excluded.dirty, applied_by = excluded.applied_by, applied_at = excluded.applied_at`;

const putMembers = `INSERT INTO crossfade_state.document_set_member
    (document_set, kind, project, name, revision, present)
  SELECT $1, kind, project, name, revision, "isPresent"
  FROM jsonb_to_recordset($2::jsonb)
    AS m (kind text, project text, name text, revision text, "isPresent" boolean)
  ON CONFLICT (kind, project, name) DO UPDATE SET document_set = excluded.document_set,
    revision = excluded.revision, present = excluded.present`;

const auditSet = `INSERT INTO crossfade_state.audit (at, actor, action, subject, detail)
  VALUES (crossfade_state.now(), $1, 'apply-set', $2, $3)`;

const selectDrifted = `SELECT m.document_set AS set, kind, project, name, m.revision AS wanted,
    d.revision AS applied, d.applied_by AS "appliedBy", d.applied_at AS "appliedAt"
  FROM crossfade_state.document_set_member m JOIN crossfade_state.document d USING (kind, project, name)
  WHERE m.present AND m.revision <> d.revision ORDER BY m.document_set, kind, name, project`;

const countDrifted = `SELECT s.name AS set, count(d.name)::int AS drifted
  FROM crossfade_state.document_set s
  LEFT JOIN crossfade_state.document_set_member m ON m.document_set = s.name AND m.present
  LEFT JOIN crossfade_state.document d
    ON d.kind = m.kind AND d.project = m.project AND d.name = m.name AND d.revision <> m.revision
  GROUP BY s.name ORDER BY s.name`;
