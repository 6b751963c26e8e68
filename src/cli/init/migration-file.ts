import { CrossfadeError } from '../../core/errors.ts';
import { flywayFile } from '../../core/schema-migration/foreign/flyway-file.ts';
import type { ForeignMigration } from '../../core/schema-migration/foreign/foreign-migration.ts';
import { typeormClasses } from '../../core/schema-migration/foreign/typeorm-class.ts';
import { readClasses } from '../plan/read-classes.ts';
import { readScript } from '../plan/read-script.ts';
import type { Script } from '../plan/script.ts';
import { readFiles, type TextFile } from '../read-files.ts';
import type { Terminal } from '../terminal.ts';

/** Which of the three a file is; the verb takes exactly one. */
export interface MigrationSource {
  readonly fromSql?: string;
  readonly fromTypeorm?: string;
  readonly fromFlyway?: string;
}

/** One migration as another tool has it. */
export interface MigrationFile {
  /** What people call it: `add birthdate to members`. */
  readonly description: string;
  readonly script: Script;
}

/** Each statement by itself: what the tool puts around them is Crossfade's own business. */
const running = { server: 18, transaction: 'statement' } as const;

/** @throws CrossfadeError `invalidInput` for a file that is not what the option says, or holds more than one */
export async function readMigrationFile(
  source: MigrationSource,
  terminal: Terminal,
): Promise<MigrationFile> {
  const given = Object.values(source).filter((one) => one !== undefined);
  const [path] = given;
  if (path === undefined || given.length > 1) {
    throw new CrossfadeError(
      'invalidInput',
      'name one file: --from-sql FILE, --from-typeorm FILE or --from-flyway FILE',
    );
  }
  const [file, other] = await readFiles([path], terminal, '.sql .ts');
  if (file === undefined || other !== undefined) {
    throw new CrossfadeError('invalidInput', `${path} is a folder; convert one file at a time`);
  }
  if (source.fromTypeorm !== undefined) return typeormFile(file);
  const [migration] = source.fromFlyway === undefined ? [] : flywayMigrations(file);
  const script = await readScript(file, running);
  return { description: migration?.description ?? baseName(file.name), script };
}

function flywayMigrations(file: TextFile): readonly ForeignMigration[] {
  const found = flywayFile(file);
  if (found !== null && found.length > 0) return found;
  throw new CrossfadeError(
    'invalidInput',
    `${file.name} is not Flyway's, which would be called like V1.2__add_birthdate.sql; try --from-sql`,
  );
}

async function typeormFile(file: TextFile): Promise<MigrationFile> {
  const [migration, other] = typeormClasses(file);
  const [script] = await readClasses(file, running);
  if (migration === undefined || script === undefined || other !== undefined) {
    throw new CrossfadeError(
      'invalidInput',
      `${file.name} holds several migration classes; convert a file with one`,
    );
  }
  if (migration.refusal === null) return { description: migration.description, script };
  const fault = { file: file.name, ...script.place(0) };
  throw new CrossfadeError('invalidInput', `${migration.key} cannot be read`, {
    faults: [
      { ...fault, message: `${migration.refusal}: give it as queryRunner.query with plain texts` },
    ],
  });
}

const baseName = (path: string): string =>
  path.slice(path.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');
