/** What a document goes by. */
export interface DocumentKey {
  readonly kind: string;
  readonly project: string;
  readonly name: string;
}

/** A document by its name and the revision of its text. */
export interface DocumentStamp extends DocumentKey {
  /** First 12 hexadecimal digits of SHA-256 over the text. */
  readonly revision: string;
}

/** The same text for the same document, and for no other. */
export function keyOf({ kind, project, name }: DocumentKey): string {
  return JSON.stringify([kind, project, name]);
}
