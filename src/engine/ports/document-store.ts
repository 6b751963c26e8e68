/** A document of the policy language as it was applied. `body` holds its own text. */
export interface StoredDocument {
  readonly kind: string;
  readonly project: string;
  readonly name: string;
  /** First 12 hexadecimal digits of SHA-256 over the body. */
  readonly revision: string;
  readonly body: unknown;
}

export abstract class DocumentStore {
  /** Stores all of them or none, with one audit row each for what changed. */
  abstract put(documents: readonly StoredDocument[], by: string): Promise<void>;

  abstract all(): Promise<readonly StoredDocument[]>;
}
