import { Injectable } from '@nestjs/common';
import { CrossfadeError } from '../../core/errors.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { DocumentHistory } from '../../engine/ports/document-history.ts';
import type { FaultAt } from '../../language/resolve/resolve-policy.ts';
import { DocumentsService } from './documents.service.ts';

/** So many revisions of a document are looked through. */
const revisionsKnown = 1_000;

/** Policies as they were applied at some time. */
@Injectable()
export class PolicyRevisions {
  private readonly documents: DocumentsService;
  private readonly history: DocumentHistory;

  constructor(documents: DocumentsService, history: DocumentHistory) {
    this.documents = documents;
    this.history = history;
  }

  /**
   * A policy with its defaults as things are now, from the document as it is applied or as it was by that revision,
   * and where its values are written. Throws `notFound`, `invalidInput`.
   */
  async find(
    name: string,
    revision?: string,
  ): Promise<{ readonly policy: Policy; readonly faultAt: FaultAt }> {
    const applied = await this.documents.policyDocument(name);
    if (revision === undefined || revision === applied.revision) {
      return this.documents.placedPolicy(applied);
    }
    const kept = await this.history.revisions(applied, revisionsKnown);
    const found = kept.find((one) => one.revision === revision);
    if (found === undefined) {
      const known = kept.slice(0, 5).map((one) => one.revision);
      const words = `the policy ${name} has no revision ${revision}; the newest are ${known.join(', ')}`;
      throw new CrossfadeError('notFound', words);
    }
    return this.documents.placedPolicy({ ...applied, revision, body: { text: found.text } });
  }
}
