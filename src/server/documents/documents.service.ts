import { Injectable } from '@nestjs/common';
import type { Roles } from '../../core/access/role.ts';
import { type DocumentKey, keyOf } from '../../core/documents/document-key.ts';
import { CrossfadeError } from '../../core/errors.ts';
import { asksForUnits } from '../../core/policy/freeze-units.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { AppliedDocument, AppliedDocuments } from '../../core/protocol/applied-documents.ts';
import type {
  CheckedDocument,
  DocumentView,
  EffectivePolicy,
} from '../../core/protocol/document-view.ts';
import type { SchemaMigration } from '../../core/schema-migration/schema-migration.ts';
import type { OnTarget } from '../../engine/target-inspection.ts';
import { DocumentStore, type StoredDocument } from '../../engine/ports/document-store.ts';
import { type CheckedFiles, checkFiles } from '../../language/check-files.ts';
import type { DocumentOf } from '../../language/document.ts';
import { Config } from '../config.ts';
import type { FaultAt } from '../../language/resolve/resolve-policy.ts';
import { effectiveValues } from '../../language/effective-values.ts';
import { readMigrations, type WrittenMigration } from '../../language/read-migrations.ts';
import { declaredMigration } from '../../language/resolve/resolve-migration.ts';
import type { SourceFile } from '../../language/source/read-yaml.ts';
import { targetSpec } from '../targets/target-url.ts';
import { placed, refuseForeign, refuseNamesakes, withoutFault } from './refuse.ts';
import { sha256 } from './sha256.ts';
import { fileOf, reread, storable, textOf } from './stored-text.ts';

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
   * Stores all documents or, when anything is wrong anywhere or for a dry run, none. Throws `invalidInput` with faults, and
   * `forbidden` for a document that the applicant's roles do not reach.
   */
  async apply(
    files: readonly SourceFile[],
    { by, roles }: Applicant,
    dryRun = false,
  ): Promise<AppliedDocuments> {
    const stored = await this.store.all();
    const checked = this.check(files, stored);
    for (const document of checked.documents) refuseForeign(document, roles);
    refuseNamesakes(checked.documents, stored);
    const present = new Map(stored.map((document) => [keyOf(document), document.revision]));
    const wanted = checked.documents.map(storable);
    const changed = wanted.filter((document) => present.get(keyOf(document)) !== document.revision);
    if (!dryRun) await this.store.put(changed, by);
    const applied = wanted.map(({ kind, project, name, revision }) => {
      const change = changeOf(present.get(keyOf({ kind, project, name })), revision);
      return { kind, project, name, revision, change };
    });
    return { applied, warnings: checked.warnings };
  }

  /** Files together with what is stored, as they may be applied. Throws `invalidInput` with every fault. */
  check(files: readonly SourceFile[], stored: readonly StoredDocument[]): CheckedFiles {
    const checked = checkFiles(files, reread(stored), sha256);
    withoutFault(checked, '; nothing was applied');
    for (const policy of checked.policies) this.refuseUnreachable(policy);
    return checked;
  }

  /** The policies of some files, which may stand on what is stored. Throws `invalidInput` with faults. */
  async policiesOf(files: readonly SourceFile[]): Promise<readonly Policy[]> {
    const { policies } = withoutFault(checkFiles(files, reread(await this.store.all()), sha256));
    if (policies.length > 0) return policies;
    throw new CrossfadeError('invalidInput', 'the files hold no RolloutPolicy');
  }

  /** The schema migrations of some files, which may stand on what is stored. Throws as `readMigrations`. */
  async migrationsIn(files: readonly SourceFile[]): Promise<readonly WrittenMigration[]> {
    return readMigrations(files, reread(await this.store.all()));
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

  /** The stored document of a policy. Throws `notFound`. */
  async policyDocument(name: string): Promise<StoredDocument> {
    const found = (await this.store.all()).find(
      (document) => document.kind === 'RolloutPolicy' && document.name === name,
    );
    if (found !== undefined) return found;
    throw new CrossfadeError('notFound', `no policy ${name}; apply it first`);
  }

  /**
   * The document of a policy, of whichever revision, with all its defaults as things are now, and where its values
   * are written. Throws `invalidInput` where it does not resolve.
   */
  async placedPolicy(
    document: StoredDocument,
  ): Promise<{ readonly policy: Policy; readonly faultAt: FaultAt }> {
    const { policy, faultAt } = await this.resolvedFrom(document);
    this.refuseUnreachable(policy);
    return { policy, faultAt };
  }

  private async resolved(name: string) {
    return this.resolvedFrom(await this.policyDocument(name));
  }

  private async resolvedFrom(document: StoredDocument) {
    const { name } = document;
    const stored = await this.store.all();
    const others = reread(stored.filter((one) => keyOf(one) !== keyOf(document)));
    const checked = checkFiles([fileOf(document)], others, sha256);
    const policy = checked.policies[0];
    const faultAt = checked.faultAt.get(name);
    if (policy === undefined || faultAt === undefined) {
      const message = `policy ${name} no longer resolves; apply it again`;
      throw new CrossfadeError('invalidInput', message, { faults: checked.faults });
    }
    const origins = checked.origins.get(policy.name) ?? new Map<string, string>();
    return { policy, origins, faultAt };
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

function changeOf(before: string | undefined, after: string): AppliedDocument['change'] {
  if (before === undefined) return 'created';
  return before === after ? 'unchanged' : 'updated';
}
