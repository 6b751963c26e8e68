import { CrossfadeError } from '../core/errors.ts';
import type { DocumentStore } from './ports/document-store.ts';
import type { Targets } from './ports/targets.ts';

/**
 * Keeps on each target whether its document calls it protected. Other tools run what was emitted for them
 * without asking this server, so the target itself has to know, and before anything was begun there.
 */
export class ProtectionNotes {
  readonly #documents: DocumentStore;
  readonly #targets: Targets;
  readonly #isProtected: (name: string) => Promise<boolean>;
  /** By target; one that is nowhere here is unprotected, or not known yet. */
  readonly #noted = new Map<string, boolean>();

  /** @param isProtected what the document of a target says; throws `CrossfadeError` where it cannot be read */
  constructor(
    documents: DocumentStore,
    targets: Targets,
    isProtected: (name: string) => Promise<boolean>,
  ) {
    this.#documents = documents;
    this.#targets = targets;
    this.#isProtected = isProtected;
  }

  /** A target that cannot be reached, or lets nobody in, is noted another time, and keeps no other one waiting. */
  async note(): Promise<void> {
    const documents = await this.#documents.all();
    const names = documents.filter(({ kind }) => kind === 'Target').map(({ name }) => name);
    const ends = await Promise.allSettled(names.map((name) => this.#noteOne(name)));
    for (const end of ends) {
      if (end.status === 'rejected' && !(end.reason instanceof CrossfadeError)) throw end.reason;
    }
  }

  async #noteOne(name: string): Promise<void> {
    const isProtected = await this.#isProtected(name);
    if ((this.#noted.get(name) ?? false) === isProtected) return;
    const { records } = await this.#targets.open(name);
    await records.noteProtection(isProtected);
    this.#noted.set(name, isProtected);
  }
}
