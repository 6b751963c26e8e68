import type { Notice } from '../../core/notify/notice.ts';
import { Notifier } from '../../engine/ports/notifier.ts';
import { Teller } from '../outbound/teller.ts';
import { slackMessage } from './slack-message.ts';

export interface SlackOptions {
  /** Of an incoming webhook; whoever has it can post. */
  readonly url: string;
  readonly networks?: readonly string[];
  /** The page of a policy's rollout; null where nobody said where pages are. */
  readonly pageOf: (policy: string) => string | null;
}

/** Tells a channel of Slack by its incoming webhook. */
export class SlackNotifier extends Notifier {
  readonly #teller: Teller;
  readonly #pageOf: SlackOptions['pageOf'];

  constructor({ url, networks, pageOf }: SlackOptions) {
    super();
    this.#teller = new Teller(url, networks);
    this.#pageOf = pageOf;
  }

  override send(notice: Notice): Promise<void> {
    return this.#teller.tell('', JSON.stringify(slackMessage(notice, this.#pageOf(notice.policy))));
  }
}
