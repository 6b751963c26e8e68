/** What a folder of documents holds at one moment. */
export interface FolderReading {
  /** By their paths from the folder. */
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** The same for the same files at the same commit, and for nothing else. */
  readonly fingerprint: string;
  /** Null where the folder does not say it. */
  readonly commit: string | null;
}

/** A folder that others keep up to date. */
export abstract class DocumentFolder {
  abstract readonly path: string;

  /** Throws `invalidInput` for a folder that is not there, or holds what it must not. */
  abstract read(): Promise<FolderReading>;
}
