import { describe, expect, it } from '@jest/globals';
import { CrossfadeError } from '../core/errors.ts';
import { DocumentStore, type StoredDocument } from './ports/document-store.ts';
import { Targets } from './ports/targets.ts';
import { ProtectionNotes } from './protection-notes.ts';
import type { TargetWorks } from './schema-migration/target-works.ts';

class Documents extends DocumentStore {
  override put(): Promise<void> {
    throw new Error('nothing is stored here');
  }

  override async all(): Promise<readonly StoredDocument[]> {
    const named = { project: 'default', revision: '0', body: {} };
    return [
      ...['away', 'production', 'laptop'].map((name) => ({ ...named, kind: 'Target', name })),
      { ...named, kind: 'Service', name: 'production' },
    ];
  }
}

class Noting extends Targets {
  readonly notes: string[] = [];

  override async open(name: string): Promise<TargetWorks> {
    if (name === 'away') throw new CrossfadeError('unavailable', 'nobody is there');
    const noteProtection = async (isProtected: boolean): Promise<void> => {
      this.notes.push(`${name} ${isProtected ? 'is' : 'is no longer'} protected`);
    };
    return { records: { noteProtection } } as unknown as TargetWorks;
  }

  override async close(): Promise<void> {}
}

describe('what targets know of their protection', () => {
  const targets = new Noting();
  const said = new Set(['away', 'production']);
  const notes = new ProtectionNotes(new Documents(), targets, async (name) => said.has(name));

  it('is noted as soon as a document says it, once, and one that is away keeps nobody waiting', async () => {
    await notes.note();
    await notes.note();
    expect(targets.notes).toEqual(['production is protected']);
  });

  it('follows the document', async () => {
    said.delete('production');
    said.add('laptop');
    await notes.note();
    await notes.note();
    expect(targets.notes.slice(1).toSorted()).toEqual([
      'laptop is protected',
      'production is no longer protected',
    ]);
  });
});
