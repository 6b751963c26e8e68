/** A file as it was written. */
export interface WrittenFile {
  readonly name: string;
  readonly bytes: number;
  /** Hexadecimal, over the bytes. */
  readonly sha256: string;
}

/** A backup that is being written: nobody takes it for a whole one. */
export interface BackupDraft {
  write(name: string, chunks: AsyncIterable<Uint8Array>): Promise<WrittenFile>;

  /** From here on it is whole and safe on the disk. Answers where it stands. */
  seal(manifest: unknown): Promise<string>;
}

/** Backups as files on the machine of this server, readable by its account alone. */
export abstract class BackupFiles {
  /** Of this machine: only it can read and remove what it has written. */
  abstract readonly host: string;

  /** Free bytes where they are written. */
  abstract free(): Promise<number>;

  /**
   * Begins a backup anew: what an unfinished one of the same id left is removed. A whole one stays
   * until the new one is whole too.
   * @param fence rises with every beginning; who began before can no longer seal
   */
  abstract begin(id: string, fence: string): Promise<BackupDraft>;

  /** The bytes of a file of a whole backup. Throws CrossfadeError `notFound`. */
  abstract read(id: string, name: string): AsyncIterable<Uint8Array>;

  /** Removes it and every draft of it; nothing where there is none. */
  abstract remove(id: string): Promise<void>;
}
