import { CrossfadeError } from '../../core/errors.ts';
import type { StoredDocument } from '../../engine/ports/document-store.ts';
import type { PolicyDocument } from '../../language/document.ts';
import { parseDocuments } from '../../language/parse-documents.ts';
import type { SourceFile } from '../../language/source/read-yaml.ts';
import { sha256 } from './sha256.ts';

/** A document as it is stored: its own text, and the revision of that. */
export function storable({ kind, project, name, source }: PolicyDocument): StoredDocument {
  const revision = sha256(source.text).slice(0, 12);
  return { kind, project, name, revision, body: { text: source.text } };
}

/** Stored documents as the language reads them; what is no longer good is left out. */
export function reread(stored: readonly StoredDocument[]): readonly PolicyDocument[] {
  return parseDocuments(stored.map(fileOf)).documents;
}

export function fileOf(document: StoredDocument): SourceFile {
  return { name: `${document.kind}/${document.name}`, text: textOf(document) };
}

export function textOf(document: StoredDocument): string {
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
