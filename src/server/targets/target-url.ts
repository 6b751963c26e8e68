import { CrossfadeError } from '../../core/errors.ts';
import type { DocumentStore } from '../../engine/ports/document-store.ts';
import { parseDocuments } from '../../language/parse-documents.ts';

/** Reads a variable of the server's environment. */
export type Environment = (name: string) => string | undefined;

/** The connection string of a target: its document names the variable that holds it. */
export async function targetUrl(
  name: string,
  documents: DocumentStore,
  environment: Environment,
): Promise<string> {
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
  const variable = document.spec.url.env;
  const url = environment(variable);
  if (url === undefined || url === '') {
    throw new CrossfadeError(
      'unavailable',
      `target ${name} is reached by ${variable}, which is not set where the server runs`,
    );
  }
  return url;
}
