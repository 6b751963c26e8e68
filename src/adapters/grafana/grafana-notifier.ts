import { noticeText, noticeTitle } from '../../core/notify/notice-words.ts';
import type { Notice } from '../../core/notify/notice.ts';
import { Notifier } from '../../engine/ports/notifier.ts';
import type { Reach } from '../outbound/refuse-address.ts';
import { Teller } from '../outbound/teller.ts';

export interface GrafanaOptions extends Reach {
  /** Without `/api`. */
  readonly url: string;
  readonly token: string;
  /** Uid of the dashboard to annotate; all of the organisation when absent. */
  readonly dashboard?: string;
}

/** Marks decisions in the pictures of Grafana; what took time, such as a rollback, as a region. */
export class GrafanaNotifier extends Notifier {
  readonly #teller: Teller;
  readonly #options: GrafanaOptions;

  constructor(options: GrafanaOptions) {
    super();
    this.#teller = new Teller(options.url, options);
    this.#options = options;
  }

  override send(notice: Notice): Promise<void> {
    const { token, dashboard } = this.#options;
    const { at, since, action, urgency, policy, id } = notice;
    const annotation = {
      ...(dashboard === undefined ? {} : { dashboardUID: dashboard }),
      time: since ?? at,
      ...(since === null ? {} : { timeEnd: at }),
      tags: [
        'crossfade',
        `rollout:${policy}`,
        `action:${action}`,
        `urgency:${urgency}`,
        `id:${id}`,
      ],
      text: `${noticeTitle(notice)}\n${noticeText(notice)}`,
    };
    const headers = { authorization: `Bearer ${token}` };
    return this.#teller.tell('/api/annotations', JSON.stringify(annotation), headers);
  }
}
