import type { InstanceList, ListedInstance } from '../../core/protocol/instance-list.ts';
import { alignedLines } from './aligned-lines.ts';
import { safe, span } from './words.ts';

const columns = ['SERVICE', 'INSTANCE', 'VERSION', 'LEVEL', 'RUNS', 'SEEN'] as const;

/** One line for each instance and migration; who is behind says what it should run. Wide: by what it takes part. */
export function instancesText({ instances, now }: InstanceList, isWide = false): string {
  if (instances.length === 0) return 'no instance has reported itself\n';
  const rows = instances.flatMap((instance) =>
    rowsOf(instance, now).map((row, at) =>
      isWide ? [...row, ...(at === 0 ? [safe(instance.client ?? '-'), instance.state] : [])] : row,
    ),
  );
  return alignedLines([isWide ? [...columns, 'CLIENT', 'STATE'] : columns, ...rows]);
}

function rowsOf(instance: ListedInstance, now: number): readonly (readonly string[])[] {
  const { service, version, level, state, lastSeenAt } = instance;
  const seen = state === 'left' ? 'left' : `${span(now - lastSeenAt)} ago`;
  const runs = runsOf(instance);
  const own = [safe(service), safe(instance.instance), safe(version ?? '-'), level];
  return runs.map((words, at) => (at === 0 ? [...own, words, seen] : ['', '', '', '', words, '']));
}

function runsOf({ migrations, flags, state, straggler }: ListedInstance): readonly string[] {
  const silent = straggler && state === 'silent' ? ', SILENT' : '';
  if (flags !== null) {
    const held =
      flags.held === null
        ? 'flags, revision unknown'
        : `flags ${flags.held}${behind(flags.held, flags.stands)}`;
    return [`${held}${silent}`, ...migrationsOf(migrations, silent)];
  }
  if (migrations.length === 0) return [`implements nothing${silent}`];
  return migrationsOf(migrations, silent);
}

function migrationsOf(migrations: ListedInstance['migrations'], silent: string): readonly string[] {
  return migrations.map(({ migration, revision, wanted, safeSide, draining }) => {
    const name = safe(migration);
    if (wanted === null) return `${name}, no route${silent}`;
    const side = safeSide === 'new' ? ', safe side new' : '';
    const rest = draining === 0 ? '' : `, ${draining} draining`;
    return `${name} ${revision}${behind(revision, wanted)}${side}${rest}${silent}`;
  });
}

function behind(revision: number, stands: number): string {
  return revision < stands ? `, BEHIND ${stands}` : '';
}
