import { noticeText, noticeTitle } from '../../core/notify/notice-words.ts';
import type { Notice } from '../../core/notify/notice.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import { Notifier } from '../../engine/ports/notifier.ts';
import type { Reach } from '../outbound/refuse-address.ts';
import { Teller } from '../outbound/teller.ts';
import { signatureHeaders } from './sign-message.ts';

export interface WebhookOptions extends Reach {
  readonly url: string;
  /** Each signs; at least one. */
  readonly secrets: readonly string[];
  /** The page of a policy's rollout; null where nobody said where pages are. */
  readonly pageOf: (policy: string) => string | null;
}

/** Tells any system by a signed POST, as Standard Webhooks describes it. */
export class WebhookNotifier extends Notifier {
  readonly #teller: Teller;
  readonly #options: WebhookOptions;
  readonly #clock: Clock;

  constructor(options: WebhookOptions, clock: Clock) {
    super();
    this.#teller = new Teller(options.url, options);
    this.#options = options;
    this.#clock = clock;
  }

  override async send(notice: Notice): Promise<void> {
    const { secrets, pageOf } = this.#options;
    const { at, since, action, id } = notice;
    const data = {
      ...notice,
      at: new Date(at).toISOString(),
      since: since === null ? null : new Date(since).toISOString(),
      title: noticeTitle(notice),
      text: noticeText(notice),
      link: pageOf(notice.policy),
    };
    const type = `rollout.${action}`;
    const body = JSON.stringify({ type, timestamp: data.at, data });
    const timestamp = Math.floor((await this.#clock.now()) / 1_000);
    await this.#teller.tell('', body, signatureHeaders({ id, timestamp, body }, secrets));
  }
}
