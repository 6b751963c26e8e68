import type { Notice } from '../../core/notify/notice.ts';

/** A system that tells people something. */
export abstract class Notifier {
  /** Throws when the message was not accepted; it may then be sent again, and is the same message. */
  abstract send(notice: Notice): Promise<void>;
}

/** Those that documents declare. */
export abstract class Notifiers {
  /**
   * Looks in `project` first, then in the default project. Throws `notFound` when there is none of
   * that name, `unavailable` when its address or secret is not at hand.
   */
  abstract open(project: string, name: string): Promise<Notifier>;
}
