import { defaults } from '../../core/policy/defaults.ts';
import type { DocumentStore, StoredDocument } from '../../engine/ports/document-store.ts';
import type { DocumentOf } from '../../language/document.ts';
import { parseDocuments } from '../../language/parse-documents.ts';

type ProviderSpec = DocumentOf<'Provider'>['spec'];

/** What the Provider of that name says: that of `project`, else that of the default project. */
export async function providerSpec(
  documents: DocumentStore,
  project: string,
  name: string,
): Promise<ProviderSpec | undefined> {
  const named = (await documents.all()).filter(
    (document) => document.kind === 'Provider' && document.name === name,
  );
  const stored =
    named.find((document) => document.project === project) ??
    named.find((document) => document.project === defaults.project);
  return stored === undefined ? undefined : specOf(stored);
}

function specOf({ kind, name, body }: StoredDocument): ProviderSpec | undefined {
  const { text } = body as { text: string };
  const [document] = parseDocuments([{ name: `${kind}/${name}`, text }]).documents;
  return document?.kind === 'Provider' ? document.spec : undefined;
}
