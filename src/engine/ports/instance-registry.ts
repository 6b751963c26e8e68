import type { FlagUse } from '../../core/protocol/instance-list.ts';
import type { Acknowledgement } from '../../core/protocol/report.ts';
import type { FlagFollower } from './flag-provider.ts';

/** A process that reports, as it last did. */
export interface RegisteredInstance {
  readonly service: string;
  readonly instance: string;
  readonly version: string | null;
  /** By what it takes part; null for our own SDK. */
  readonly client: string | null;
  readonly implements: readonly string[];
  readonly acknowledged: readonly Acknowledgement[];
  readonly maxStaleMs: number;
  readonly hasLeft: boolean;
  readonly seenAt: number;
}

/** A plain flag client, as it was last heard of. Texts have at most 200 characters. */
export interface FlagClient {
  readonly app: string;
  readonly instance: string;
  readonly environment: string;
  /** Name and version of its SDK; null where it does not say. */
  readonly sdk: string | null;
  /** Revision of the flags that it holds; null where that is not known. */
  readonly revision: number | null;
  /** How often it asks. */
  readonly intervalMs: number | null;
  /** Flags that it reported to have asked for just now. */
  readonly asked: readonly string[];
  /** When another flag system heard of it, instead of just now; absent for who was heard of here. */
  readonly elsewhere?: Pick<FlagFollower, 'seenAt' | 'askedAt' | 'heardMs'>;
}

/** A plain flag client that is kept. */
export interface SeenClient extends Omit<FlagClient, 'asked' | 'elsewhere'> {
  readonly seenAt: number;
  /** So often at the least it is heard of; null where each poll is. */
  readonly heardMs: number | null;
  /** When it last reported to have asked for the flag of a migration, by migration. */
  readonly asked: Readonly<Record<string, number>>;
}

/** How often one application asked for flags, by flag and answer. */
export interface FlagUsage {
  readonly app: string;
  readonly environment: string;
  /** `answer`: `yes`, `no`, or `variant NAME`. */
  readonly counts: readonly {
    readonly flag: string;
    readonly answer: string;
    readonly times: number;
  }[];
}

/** Who is there, and what they ask for. Bounded: what does not fit any more is not kept. */
export abstract class InstanceRegistry {
  abstract instances(): Promise<readonly RegisteredInstance[]>;

  abstract clients(): Promise<readonly SeenClient[]>;

  /** Notes that these clients were there just now, or when it says; what is null leaves what was known. */
  abstract seen(clients: readonly FlagClient[]): Promise<void>;

  /** Adds to this hour's counts; unknown flags do not count. */
  abstract used(usage: FlagUsage): Promise<void>;

  /** Newest hour first. */
  abstract usage(flag: string): Promise<readonly FlagUse[]>;

  /** Forgets clients that were silent for longer, and hours that ended longer ago. */
  abstract forget(keepMs: number): Promise<void>;
}
