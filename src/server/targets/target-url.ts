import { CrossfadeError } from '../../core/errors.ts';
import type { DocumentStore } from '../../engine/ports/document-store.ts';
import type { DocumentOf } from '../../language/document.ts';
import { parseDocuments } from '../../language/parse-documents.ts';

/** Reads a variable of the server's environment. */
export type Environment = (name: string) => string | undefined;

/** What the document of a target says. Throws `notFound`, or `invalidInput` when it is no longer valid. */
export async function targetSpec(
  name: string,
  documents: DocumentStore,
): Promise<DocumentOf<'Target'>['spec']> {
  const stored = (await documents.all()).find(
    (document) => document.kind === 'Target' && document.name === name,
  );
  if (stored === undefined) throw new CrossfadeError('notFound', `no target ${name}`);
  const text = (stored.body as { text: string }).text;
  const [document] = parseDocuments([{ name: `Target/${name}`, text }]).documents;
  if (document?.kind !== 'Target') {
    throw new CrossfadeError(
      'invalidInput',
      `target ${name} can no longer be read; apply it again`,
    );
  }
  return document.spec;
}

/** The connection string of a target: its document names the variable that holds it. */
export async function targetUrl(
  name: string,
  documents: DocumentStore,
  environment: Environment,
): Promise<string> {
  const variable = (await targetSpec(name, documents)).url.env;
  const url = environment(variable);
  if (url === undefined || url === '') {
    throw new CrossfadeError(
      'unavailable',
      `target ${name} is reached by ${variable}, which is not set where the server runs`,
    );
  }
  return url;
}
