import type { DataSource } from 'typeorm';
import { ProjectDirectory, type ProjectKey } from '../../engine/ports/project-directory.ts';

export class PostgresProjectDirectory extends ProjectDirectory {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    super();
    this.#source = source;
  }

  async projectsOf(key: ProjectKey, name: string): Promise<readonly string[]> {
    // A number that the database could not read is no decision's.
    if (key === 'decision' && !/^\d{1,18}$/.test(name)) return [];
    const rows: { project: string }[] = await this.#source.query(statements[key], [name]);
    return rows.map(({ project }) => project);
  }
}

const ofRollouts = `SELECT DISTINCT p.body->>'project' AS project
  FROM crossfade_state.rollout r
  JOIN crossfade_state.policy p ON p.name = r.policy AND p.revision = r.policy_revision`;

const ofDocuments = (kind: 'RolloutPolicy' | 'Target'): string =>
  `SELECT DISTINCT project FROM crossfade_state.document WHERE kind = '${kind}' AND name = $1`;

const statements: Readonly<Record<ProjectKey, string>> = {
  rollout: `${ofRollouts} WHERE r.id = $1 OR r.policy = $1`,
  policy: ofDocuments('RolloutPolicy'),
  decision: `${ofRollouts} JOIN crossfade_state.decision d ON d.rollout_id = r.id WHERE d.seq = $1::bigint`,
  target: ofDocuments('Target'),
  flag: `${ofRollouts} JOIN crossfade_state.flag f ON f.migration = r.policy WHERE f.name = $1`,
  feature: `SELECT project FROM crossfade_state.feature WHERE name = $1`,
};
