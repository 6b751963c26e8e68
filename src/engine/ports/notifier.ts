import type { Notice } from '../../core/notify/notice.ts';

/** A recipient answered, and did not take the message. */
export class NotAccepted extends Error {
  /** For how long it asked not to be asked again, in milliseconds; null where it said nothing. */
  readonly retryAfterMs: number | null;
  /** Whether it is this message that was refused; another one may well be taken. */
  readonly isOfMessage: boolean;

  constructor(message: string, retryAfterMs: number | null, isOfMessage = false) {
    super(message);
    this.name = 'NotAccepted';
    this.retryAfterMs = retryAfterMs;
    this.isOfMessage = isOfMessage;
  }
}

/** A system that tells people something. */
export abstract class Notifier {
  /** Throws when the message was not accepted, `NotAccepted` where that was answered; it may then be sent again, and is the same message. */
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
