import { versionSchemas } from '../../core/protocol/version-schemas.ts';
import type { SchemaMigration } from '../../core/schema-migration/schema-migration.ts';
import type { DocumentOf } from '../document.ts';
import type { Place, Resolving } from './layers.ts';
import { operationsOf } from './operation-of.ts';
import type { NamedService } from './resolve-services.ts';

/** The schema migration, its target, and where its operations are written. */
export interface ResolvedMigration {
  readonly migration: SchemaMigration;
  readonly target: string;
  readonly place: Place;
}

type Base = Omit<Resolving, 'layers'>;

/** Takes the change from the policy itself or from a SchemaMigration, and finds the target. */
export function resolveMigration(base: Base, named: readonly NamedService[]): ResolvedMigration {
  const resolved = base.document.spec.change === undefined ? referred(base) : inline(base);
  const target = resolved.target === '' ? (targetsOf(named)[0] ?? '') : resolved.target;
  checkTargets(base, named, target);
  return { ...resolved, target };
}

const versionName = /^[a-z_][a-z0-9_]{0,62}$/;

function inline({ document, findings, origins }: Base): ResolvedMigration {
  const [from] = versionSchemas(document.name);
  if (!versionName.test(from)) {
    const message = `an inline \`change\` makes the schema \`${from}\`, which is no SQL identifier; choose a name of at most 59 characters that starts with a letter, or use \`schemaMigration\``;
    findings.wrong(document.source, ['metadata', 'name'], message);
  }
  origins.set('schemaMigration', 'policy');
  return {
    migration: inlineMigration(document),
    target: '',
    place: { source: document.source, path: ['spec', 'change'] },
  };
}

/** The schema migration that a policy writes itself, between two schemas of the policy's name. */
export function inlineMigration(document: DocumentOf<'RolloutPolicy'>): SchemaMigration {
  const [from, to] = versionSchemas(document.name);
  const operations = operationsOf(document.spec.change ?? []);
  return { name: document.name, from, to, schema: 'public', operations };
}

/** The schema migration of a document of its own. */
export function declaredMigration({ name, spec }: DocumentOf<'SchemaMigration'>): SchemaMigration {
  const { from, to, schema = 'public', operations } = spec;
  return { name, from, to, schema, operations: operationsOf(operations) };
}

function referred({ document, context, findings, origins }: Base): ResolvedMigration {
  const name = document.spec.schemaMigration ?? '';
  const found = context.find('SchemaMigration', document.project, name);
  if (found === null) {
    const known = context.names('SchemaMigration', document.project);
    const path = ['spec', 'schemaMigration'];
    findings.unknown(document.source, path, { kind: 'SchemaMigration', name, known });
    const migration = { name, from: '', to: '', schema: '', operations: [] };
    return { migration, target: '', place: { source: document.source, path } };
  }
  origins.set('schemaMigration', `schema migration ${name}`);
  return {
    migration: declaredMigration(found),
    target: found.spec.target,
    place: { source: found.source, path: ['spec', 'operations'] },
  };
}

function targetsOf(named: readonly NamedService[]): readonly string[] {
  return named.flatMap(({ document }) => (document === null ? [] : [document.spec.target]));
}

function checkTargets(
  { document, context, findings, origins }: Base,
  named: readonly NamedService[],
  target: string,
): void {
  for (const { name, path, document: service } of named) {
    if (service === null || service.spec.target === target) continue;
    const message = `service \`${name}\` uses target \`${service.spec.target}\`, and the change runs on \`${target}\``;
    findings.wrong(document.source, path, message);
  }
  const migration = document.spec.schemaMigration;
  const service = `service ${named[0]?.name ?? ''}`;
  origins.set('target', migration === undefined ? service : `schema migration ${migration}`);
  if (target !== '' && context.find('Target', document.project, target) === null) {
    const known = context.names('Target', document.project);
    const path = named[0]?.path ?? ['spec'];
    findings.unknown(document.source, path, { kind: 'Target', name: target, known });
  }
}
