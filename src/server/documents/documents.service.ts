import { Injectable } from '@nestjs/common';
import { holds, type Roles } from '../../core/access/role.ts';
import { CrossfadeError, type Fault } from '../../core/errors.ts';
import { asksForUnits } from '../../core/policy/freeze-units.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { DocumentKey } from '../../engine/ports/document-history.ts';
import type {
  CheckedDocument,
  DocumentView,
  EffectivePolicy,
} from '../../core/protocol/document-view.ts';
import type { SchemaMigration } from '../../core/schema-migration/schema-migration.ts';
import type { OnTarget } from '../../engine/target-inspection.ts';
import { DocumentStore, type StoredDocument } from '../../engine/ports/document-store.ts';
import { type CheckedFiles, checkFiles } from '../../language/check-files.ts';
import type { DocumentOf, PolicyDocument } from '../../language/document.ts';
import { Config } from '../config.ts';
import { effectiveValues } from '../../language/effective-values.ts';
import { parseDocuments } from '../../language/parse-documents.ts';
import { declaredMigration } from '../../language/resolve/resolve-migration.ts';
import type { SourceFile } from '../../language/source/read-yaml.ts';
import { targetSpec } from '../targets/target-url.ts';
import { sha256 } from './sha256.ts';

/** One document of an `apply` and what became of it. */
export interface Applied {
  readonly kind: string;
  readonly name: string;
  readonly revision: string;
  readonly change: 'created' | 'updated' | 'unchanged';
}

/** Who applies documents. */
export interface Applicant {
  readonly by: string;
  readonly roles: Roles;
}

/** A schema migration on a target; `policy` is null where only the migration itself is known. */
export interface MigrationOnTarget {
  readonly migration: SchemaMigration;
  readonly policy: Policy | null;
}

/** Documents of the policy language: checked whole, stored whole, read back as they were written. */
@Injectable()
export class DocumentsService {
  private readonly store: DocumentStore;
  private readonly config: Config;

  constructor(store: DocumentStore, config: Config) {
    this.store = store;
    this.config = config;
  }

  /**
   * Stores all documents or, when anything is wrong anywhere, none. Throws `invalidInput` with faults, and
   * `forbidden` for a document that the applicant's roles do not reach.
   */
  async apply(
    files: readonly SourceFile[],
    { by, roles }: Applicant,
  ): Promise<{ applied: readonly Applied[]; warnings: readonly Fault[] }> {
    const stored = await this.store.all();
    const checked = withoutFault(
      checkFiles(files, reread(stored), sha256),
      '; nothing was applied',
    );
    for (const document of checked.documents) refuseForeign(document, roles);
    refuseNamesakes(checked.documents, stored);
    for (const policy of checked.policies) this.refuseUnreachable(policy);
    const present = new Map(stored.map((document) => [keyOf(document), document.revision]));
    const wanted = checked.documents.map(storable);
    const changed = wanted.filter((document) => present.get(keyOf(document)) !== document.revision);
    await this.store.put(changed, by);
    const applied = wanted.map((document) => ({
      kind: document.kind,
      name: document.name,
      revision: document.revision,
      change: changeOf(present.get(keyOf(document)), document.revision),
    }));
    return { applied, warnings: checked.warnings };
  }

  /** The policies of some files, which may stand on what is stored. Throws `invalidInput` with faults. */
  async policiesOf(files: readonly SourceFile[]): Promise<readonly Policy[]> {
    const { policies } = withoutFault(checkFiles(files, reread(await this.store.all()), sha256));
    if (policies.length > 0) return policies;
    throw new CrossfadeError('invalidInput', 'the files hold no RolloutPolicy');
  }

  /** All that is applied, as it was written. */
  async list(): Promise<readonly DocumentView[]> {
    return (await this.store.all()).map((document) => {
      const { kind, project, name, revision } = document;
      return { kind, project, name, revision, text: textOf(document) };
    });
  }

  /** What is wrong with a document as things are, each at its line in its own text. Throws `notFound`. */
  async recheck({ kind, project, name }: DocumentKey): Promise<CheckedDocument> {
    const stored = await this.store.all();
    const found = stored.find((one) => keyOf(one) === keyOf({ kind, project, name }));
    if (found === undefined) {
      throw new CrossfadeError('notFound', `there is no ${kind} ${name} in the project ${project}`);
    }
    const others = reread(stored.filter((document) => document !== found));
    const { faults, warnings } = checkFiles([fileOf(found)], others, sha256);
    return { faults: faults.map(placed), warnings: warnings.map(placed) };
  }

  /** A stored policy with all its defaults, and where each value comes from. Throws as `effectivePolicy`. */
  async effectiveValues(name: string): Promise<EffectivePolicy> {
    const { policy, origins } = await this.resolved(name);
    return { policy: name, revision: policy.revision, values: effectiveValues(policy, origins) };
  }

  /** A stored policy with all its defaults. Throws `notFound`, or `invalidInput` when it no longer resolves. */
  async effectivePolicy(name: string): Promise<Policy> {
    const { policy } = await this.resolved(name);
    this.refuseUnreachable(policy);
    return policy;
  }

  private async resolved(name: string) {
    const stored = await this.store.all();
    const found = stored.find(
      (document) => document.kind === 'RolloutPolicy' && document.name === name,
    );
    if (found === undefined) {
      throw new CrossfadeError('notFound', `no policy ${name}; apply it first`);
    }
    const others = reread(stored.filter((document) => document !== found));
    const checked = checkFiles([fileOf(found)], others, sha256);
    const policy = checked.policies[0];
    if (policy === undefined) {
      const message = `policy ${name} no longer resolves; apply it again`;
      throw new CrossfadeError('invalidInput', message, { faults: checked.faults });
    }
    return { policy, origins: checked.origins.get(policy.name) ?? new Map<string, string>() };
  }

  /** All that is stored, as far as it is still good, with the policies that it makes. */
  async everything(): Promise<Pick<CheckedFiles, 'documents' | 'policies'>> {
    return checkFiles((await this.store.all()).map(fileOf), [], sha256);
  }

  /** Every schema migration that is known for a target, and the policy that carries it out, if one does. */
  async migrationsFor(target: string): Promise<readonly MigrationOnTarget[]> {
    const { documents, policies } = await this.everything();
    const used = policies
      .filter((policy) => policy.target === target)
      .map((policy) => ({ migration: policy.schemaMigration, policy }));
    const declared = documents
      .flatMap((document) =>
        document.kind === 'SchemaMigration' && document.spec.target === target
          ? [declaredMigration(document)]
          : [],
      )
      .filter(({ name }) => !used.some(({ migration }) => migration.name === name));
    return [...used, ...declared.map((migration) => ({ migration, policy: null }))];
  }

  /** The same, as a look at the target wants to know it. */
  async knownFor(target: string): Promise<readonly OnTarget[]> {
    return (await this.migrationsFor(target)).map(({ migration, policy }) => {
      const asked = policy !== null && asksForUnits(policy) ? policy.unit.from?.table : undefined;
      return { migration, backup: policy?.backup ?? null, unitTable: asked ?? null };
    });
  }

  /** What the document of a target says. Throws `notFound`, or `invalidInput` when it is no longer valid. */
  async target(name: string): Promise<DocumentOf<'Target'>['spec']> {
    return targetSpec(name, this.store);
  }

  private refuseUnreachable({ name, flag }: Policy): void {
    if (flag.provider !== 'unleash' || this.config.unleash !== undefined) return;
    throw new CrossfadeError(
      'unsupported',
      `policy ${name} keeps its flag in Unleash, and this server knows no Unleash: set CROSSFADE_UNLEASH_URL and CROSSFADE_UNLEASH_TOKEN`,
    );
  }
}

/** Where Crossfade connects to, and with which secret, is for admins to say. */
const adminKinds: readonly PolicyDocument['kind'][] = ['Target', 'Provider'];

function refuseForeign({ kind, name, project }: PolicyDocument, roles: Roles): void {
  const needed = adminKinds.includes(kind) ? 'admin' : 'operator';
  if (holds(roles, needed, project)) return;
  throw new CrossfadeError(
    'forbidden',
    `${kind}/${name} is for ${needed} in the project ${project}; nothing was applied`,
  );
}

/** Rollouts go by the name of their policy, and reach a target by its name, whatever the project. */
const namedOnce: readonly string[] = ['RolloutPolicy', 'Target'];

function refuseNamesakes(
  wanted: readonly PolicyDocument[],
  stored: readonly StoredDocument[],
): void {
  for (const { kind, name, project } of wanted.filter((one) => namedOnce.includes(one.kind))) {
    const namesake = [...stored, ...wanted].find(
      (other) => other.kind === kind && other.name === name && other.project !== project,
    );
    if (namesake === undefined) continue;
    const words = `there is a ${kind} ${name} in the project ${namesake.project} already; nothing was applied`;
    throw new CrossfadeError('conflict', words);
  }
}

function placed({ file, line, column, message }: Fault): Fault {
  return { file, line, column, message };
}

function withoutFault(checked: CheckedFiles, consequence = ''): CheckedFiles {
  if (checked.faults.length === 0) return checked;
  const faults = checked.faults.map(placed);
  const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
  throw new CrossfadeError('invalidInput', `${count}${consequence}`, { faults });
}

function storable(document: PolicyDocument): StoredDocument {
  const { kind, project, name, source } = document;
  const revision = sha256(source.text).slice(0, 12);
  return { kind, project, name, revision, body: { text: source.text } };
}

function reread(stored: readonly StoredDocument[]): readonly PolicyDocument[] {
  return parseDocuments(stored.map(fileOf)).documents;
}

function fileOf(document: StoredDocument): SourceFile {
  return { name: `${document.kind}/${document.name}`, text: textOf(document) };
}

function textOf(document: StoredDocument): string {
  const { body } = document;
  if (
    typeof body === 'object' &&
    body !== null &&
    'text' in body &&
    typeof body.text === 'string'
  ) {
    return body.text;
  }
  throw new CrossfadeError(
    'internal',
    `${document.kind}/${document.name} was stored without its text`,
  );
}

function keyOf(document: DocumentKey): string {
  return JSON.stringify([document.kind, document.project, document.name]);
}

function changeOf(before: string | undefined, after: string): Applied['change'] {
  if (before === undefined) return 'created';
  return before === after ? 'unchanged' : 'updated';
}
