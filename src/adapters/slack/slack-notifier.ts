import type { Notice } from '../../core/notify/notice.ts';
import { Notifier } from '../../engine/ports/notifier.ts';
import type { Reach } from '../outbound/refuse-address.ts';
import { Teller } from '../outbound/teller.ts';
import { slackMessage } from './slack-message.ts';

export interface SlackOptions extends Reach {
  /** Of an incoming webhook; whoever has it can post. */
  readonly url: string;
  /** The page of a policy's rollout; null where nobody said where pages are. */
  readonly pageOf: (policy: string) => string | null;
}

/** Tells a channel of Slack by its incoming webhook. */
export class SlackNotifier extends Notifier {
  readonly #teller: Teller;
  readonly #pageOf: SlackOptions['pageOf'];

  constructor(options: SlackOptions) {
    super();
    this.#teller = new Teller(options.url, options);
    this.#pageOf = options.pageOf;
  }

  override send(notice: Notice): Promise<void> {
    return this.#teller.tell('', JSON.stringify(slackMessage(notice, this.#pageOf(notice.policy))));
  }
}
