import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { parseScript } from '../../adapters/pg-parser/parse-script.ts';
import { CrossfadeError, type Fault } from '../../core/errors.ts';
import { proposeSteps } from '../../core/judge/forecast/propose-steps.ts';
import { convert } from '../../core/schema-migration/convert/convert.ts';
import type { Conversion, Remark } from '../../core/schema-migration/convert/conversion.ts';
import { KnownTables } from '../../core/schema-migration/convert/known-tables.ts';
import { whatStands } from '../../core/schema-migration/convert/what-stands.ts';
import { checkFiles } from '../../language/check-files.ts';
import { type ProposedPolicy, writePolicy } from '../../language/proposal/write-policy.ts';
import { exitStatus } from '../exit-status.ts';
import { counted, printFaults, printWarnings } from '../faults.ts';
import { type MigrationSource, readMigrationFile } from '../init/migration-file.ts';
import { notUnderstood } from '../plan/not-understood.ts';
import type { Script } from '../plan/script.ts';
import { readFiles } from '../read-files.ts';
import type { Terminal } from '../terminal.ts';
import { trafficOf } from './traffic-options.ts';

export interface InitOptions extends MigrationSource {
  readonly service: string;
  readonly targetUrlEnv: string;
  /** What the tables were before. */
  readonly schema?: string;
  readonly units?: string;
  readonly requestsPerSecond?: string;
  /** Absent: stdout. */
  readonly output?: string;
}

/** Writes a policy for a migration of another tool's, with what is doubtful said where it stands. */
export async function init(options: InitOptions, terminal: Terminal): Promise<number> {
  const { schema, service, targetUrlEnv: variable, output } = options;
  const { description, script } = await readMigrationFile(sourceOf(options), terminal);
  const name = nameOf(description);
  const known = await knownTables(schema, terminal);
  const versions = { name, from: 'version_1', to: 'version_2' };
  const conversion = whatStands(convert(script.statements, known), versions);
  const located = locatedIn(script, conversion);
  const refused = located.left.filter(({ message }) => message.startsWith(notConverted));
  if (conversion.operations.length > 0) {
    const proposal = { name, service, variable, schema: conversion.schema, ...located };
    const yaml = withSteps({ ...proposal, steps: null }, options);
    if (output === undefined) terminal.out(yaml);
    else await writeFile(output, yaml);
  }
  const doubts = located.operations.flatMap((one) => one.doubts);
  printWarnings(doubts, terminal);
  printFaults(refused, { ...terminal, out: terminal.err });
  const found = [
    counted(conversion.operations.length, 'operation'),
    counted(doubts.length, 'doubt'),
    `${refused.length} not converted`,
  ];
  terminal.err(`${found.join(', ')}\n`);
  return refused.length === 0 ? exitStatus.ok : exitStatus.error;
}

const sourceOf = ({ fromSql, fromTypeorm, fromFlyway }: InitOptions): MigrationSource => ({
  ...(fromSql === undefined ? {} : { fromSql }),
  ...(fromTypeorm === undefined ? {} : { fromTypeorm }),
  ...(fromFlyway === undefined ? {} : { fromFlyway }),
});

function nameOf(description: string): string {
  const name = description
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 50)
    .replaceAll(/^-+|-+$/g, '');
  return name === '' ? 'migration' : name;
}

async function knownTables(path: string | undefined, terminal: Terminal): Promise<KnownTables> {
  if (path === undefined) return new KnownTables();
  const [file] = await readFiles([path], terminal);
  if (file === undefined) return new KnownTables();
  // psql's own commands, which pg_dump writes, are none of the server's.
  const parsed = await parseScript(file.text.replaceAll(/^\\.*$/gm, ''));
  if ('message' in parsed) throw notUnderstood(file, parsed.letter, parsed.message);
  return new KnownTables(parsed);
}

const notConverted = 'not converted: ';

function locatedIn(
  { file, place }: Script,
  { operations, refused, needless }: Conversion,
): Pick<ProposedPolicy, 'operations' | 'left'> {
  const located =
    (words: string) =>
    (remark: Remark): Fault => ({
      file,
      ...place(remark.place),
      message: `${words}${remark.message}`,
    });
  return {
    operations: operations.map(({ operation, doubts }) => {
      return { operation, doubts: doubts.map(located('')) };
    }),
    left: [...refused.map(located(notConverted)), ...needless.map(located('left out: '))],
  };
}

/** With the steps that the judge can decide at the given traffic, if it is given. */
function withSteps(proposed: ProposedPolicy, { units, requestsPerSecond }: InitOptions): string {
  const yaml = writePolicy(proposed);
  if (units === undefined && requestsPerSecond === undefined) return yaml;
  if (units === undefined || requestsPerSecond === undefined) {
    const message = 'steps take both: --units, how many are active, and --requests-per-second';
    throw new CrossfadeError('invalidInput', message);
  }
  const traffic = trafficOf({ units, rate: requestsPerSecond });
  const { policies, faults } = checkFiles([{ name: 'proposal', text: yaml }], [], sha256);
  const [policy] = policies;
  if (policy === undefined) {
    throw new CrossfadeError('internal', `the proposal is not valid: ${faults[0]?.message ?? ''}`);
  }
  const steps = proposeSteps(policy, traffic);
  return steps.length === 0 ? yaml : writePolicy({ ...proposed, steps });
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
