import type { EntityManager } from 'typeorm';
import { CrossfadeError } from '../../core/errors.ts';
import type { FeatureWrite } from '../../engine/ports/feature-store.ts';
import * as sql from './feature-sql.ts';

type Write<Kind extends FeatureWrite['kind']> = Extract<FeatureWrite, { kind: Kind }>;

/** So many names are listed in an error. */
const NAMED = 5;

/** All changes of one transaction, a few statements for any number of them. */
export class FeatureTransaction {
  readonly #manager: EntityManager;
  readonly #by: string;
  readonly #at: number;

  constructor(manager: EntityManager, by: string, at: number) {
    this.#manager = manager;
    this.#by = by;
    this.#at = at;
  }

  /** What others are made of comes first, and goes last. */
  async write(writes: readonly FeatureWrite[]): Promise<void> {
    await this.#putPlaces('project', ofKind(writes, 'putProject'));
    await this.#putPlaces('environment', ofKind(writes, 'putEnvironment'));
    await this.#putSegments(ofKind(writes, 'putSegment'));
    await this.#putFeatures(ofKind(writes, 'putFeature'));
    await this.#removeFeatures(ofKind(writes, 'removeFeature'));
    await this.#removeSegments(ofKind(writes, 'removeSegment'));
  }

  async #putPlaces(
    table: 'project' | 'environment',
    writes: readonly { readonly name: string }[],
  ): Promise<void> {
    if (writes.length === 0) return;
    const names = writes.map(({ name }) => name);
    const added = await this.#rows<{ name: string }>(sql.putPlaces[table], names);
    await this.#note(added.map(({ name }) => ({ action: `put ${table}`, subject: name })));
  }

  async #putSegments(writes: readonly Write<'putSegment'>[]): Promise<void> {
    if (writes.length === 0) return;
    const segments = writes.map(({ segment }) => segment);
    const [namesake] = await this.#rows<{ id: number; name: string }>(
      sql.selectNamesakes,
      segments,
    );
    if (namesake !== undefined) {
      const { id, name } = namesake;
      throw new CrossfadeError('conflict', `segment ${id} has the name "${name}" already`);
    }
    await this.#run(sql.putSegments, segments);
    await this.#note(
      segments.map((detail) => ({ action: 'put segment', subject: String(detail.id), detail })),
    );
  }

  async #putFeatures(writes: readonly Write<'putFeature'>[]): Promise<void> {
    if (writes.length === 0) return;
    const features = writes.map(({ feature }) => feature);
    const names = features.map(({ name }) => name);
    const standing = await this.#standing(names);
    refuseUnexpected(
      writes.map(({ feature: { name }, expected }) => ({ name, expected })),
      standing,
    );
    for (const { name, project } of features) refuseMove(name, project, standing.get(name));
    await this.#refuseRollouts(names);
    await this.#know(
      'project',
      features.map(({ project }) => project),
    );
    await this.#know(
      'environment',
      features.flatMap((item) => Object.keys(item.environments)),
    );
    await this.#run(sql.putFeatures, features);
    await this.#query(sql.dropEnvironments, [JSON.stringify(features)]);
    await this.#query(sql.putEnvironments, [JSON.stringify(features)]);
    await this.#note(
      features.map((detail) => ({ action: 'put flag', subject: detail.name, detail })),
    );
  }

  async #removeFeatures(writes: readonly Write<'removeFeature'>[]): Promise<void> {
    if (writes.length === 0) return;
    const names = writes.map(({ name }) => name);
    refuseUnexpected(writes, await this.#standing(names));
    await this.#remove('flag', sql.removeFeatures, names);
  }

  async #removeSegments(writes: readonly Write<'removeSegment'>[]): Promise<void> {
    if (writes.length === 0) return;
    const ids = writes.map(({ id }) => id);
    const users = await this.#rows<{ id: number; name: string }>(sql.selectSegmentUsers, ids);
    if (users[0] !== undefined) {
      const { id } = users[0];
      const names = users.filter((user) => user.id === id).map(({ name }) => name);
      const words = `segment ${id} is used by ${listed(names)}; take it out there first`;
      throw new CrossfadeError('refused', words);
    }
    await this.#remove('segment', sql.removeSegments, ids);
  }

  async #remove(
    what: 'flag' | 'segment',
    statement: string,
    keys: readonly (string | number)[],
  ): Promise<void> {
    const gone = await this.#rows<{ key: string }>(statement, keys);
    const missing = keys.find((key) => !gone.some((row) => row.key === String(key)));
    if (missing !== undefined) {
      throw new CrossfadeError('notFound', `there is no ${what} ${missing}`);
    }
    await this.#note(gone.map(({ key }) => ({ action: `remove ${what}`, subject: key })));
  }

  async #standing(names: readonly string[]): Promise<ReadonlyMap<string, Standing>> {
    const rows = await this.#rows<Standing & { readonly name: string }>(sql.selectStanding, names);
    return new Map(rows.map((row) => [row.name, row]));
  }

  async #refuseRollouts(names: readonly string[]): Promise<void> {
    const [row] = await this.#rows<{ served: string; name: string }>(sql.selectRollouts, names);
    if (row === undefined) return;
    throw new CrossfadeError(
      'refused',
      `"${row.served}" is the flag of a rollout; switch it by ` +
        `POST /api/v1/flags/${row.name}/toggle, or name another flag`,
    );
  }

  async #know(table: 'project' | 'environment', names: readonly string[]): Promise<void> {
    const rows: { name: string }[] = await this.#manager.query(
      `SELECT name FROM crossfade_state.${table} ORDER BY name`,
    );
    const known = rows.map(({ name }) => name);
    const missing = names.find((name) => !known.includes(name));
    if (missing === undefined) return;
    throw new CrossfadeError(
      'invalidInput',
      `there is no ${table} "${missing}"; there are ${listed(known)}. ` +
        `PUT /api/v1/${table}s/${missing} makes it.`,
    );
  }

  async #note(
    acts: readonly { action: string; subject: string; detail?: object }[],
  ): Promise<void> {
    await this.#run(
      sql.noteWrites,
      acts.map((act) => ({ detail: {}, ...act })),
    );
  }

  async #run(statement: string, items: readonly unknown[]): Promise<void> {
    await this.#query(statement, [JSON.stringify(items), this.#by, this.#at]);
  }

  async #rows<Row>(statement: string, items: readonly unknown[]): Promise<readonly Row[]> {
    return this.#query<Row>(statement, [JSON.stringify(items)]);
  }

  async #query<Row>(statement: string, parameters: readonly unknown[]): Promise<readonly Row[]> {
    return this.#manager.query(statement, [...parameters]);
  }
}

interface Standing {
  readonly project: string;
  readonly revision: string;
}

function refuseUnexpected(
  writes: readonly { readonly name: string; readonly expected?: number | undefined }[],
  standing: ReadonlyMap<string, Standing>,
): void {
  for (const { name, expected } of writes) {
    const revision = Number(standing.get(name)?.revision ?? 0);
    if (expected === undefined || expected === revision) continue;
    const words = revision === 0 ? 'does not exist' : `has revision ${revision}`;
    throw new CrossfadeError(
      'conflict',
      `flag "${name}" ${words}, not ${expected}; read it again and look at what has changed`,
    );
  }
}

function refuseMove(name: string, project: string, standing: Standing | undefined): void {
  if (standing === undefined || standing.project === project) return;
  throw new CrossfadeError(
    'refused',
    `flag "${name}" belongs to the project "${standing.project}" and stays there: its clients ` +
      'would lose it; make another flag',
  );
}

function ofKind<Kind extends FeatureWrite['kind']>(
  writes: readonly FeatureWrite[],
  kind: Kind,
): readonly Write<Kind>[] {
  return writes.filter((write): write is Write<Kind> => write.kind === kind);
}

function listed(names: readonly string[]): string {
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return names.slice(0, NAMED).join(', ') + more;
}
