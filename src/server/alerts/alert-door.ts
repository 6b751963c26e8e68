import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { AlertSource } from '../../core/alerts/alert.ts';
import { CrossfadeError } from '../../core/errors.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import type { Doorkeeper } from '../auth/doorkeeper.ts';

/** Secrets that senders sign with, where they sign. */
export interface AlertSecrets {
  readonly grafana?: string | undefined;
  readonly pagerduty?: string | undefined;
}

/** A notification as it came. */
export interface SignedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly rawBody?: Buffer | undefined;
}

/** A signature with a time is good for so long, before and after. Seconds. */
const freshSeconds = 300;

/** Grafana's documentation and its source call the header differently. */
const grafanaSignatures = ['x-grafana-alerting-signature', 'x-grafana-alert-signature'];
const grafanaTime = 'x-grafana-alerting-timestamp';
const pagerdutySignature = 'x-pagerduty-signature';

/**
 * Lets senders of alerts in: by a token of scope `alerts`, as a bearer or as the password of basic
 * authentication; Grafana and PagerDuty also by their signature over the body (HMAC-SHA256). A signature
 * that is there and wrong is refused, whatever else is presented.
 */
export class AlertDoor {
  readonly #doorkeeper: Doorkeeper;
  readonly #secrets: AlertSecrets;
  readonly #clock: Clock;

  constructor(doorkeeper: Doorkeeper, secrets: AlertSecrets, clock: Clock) {
    this.#doorkeeper = doorkeeper;
    this.#secrets = secrets;
    this.#clock = clock;
  }

  /** Throws `unauthenticated`, `forbidden`, and `unavailable` when nobody can tell. */
  async admit(source: AlertSource, request: SignedRequest): Promise<void> {
    if (source === 'pagerduty' && this.#hasPagerDutySignature(request)) return;
    if (source === 'grafana' && (await this.#hasGrafanaSignature(request))) return;
    await this.#doorkeeper.admit(request.headers, ['alerts']);
  }

  /** Several signatures while a secret is changed; any that fits will do. */
  #hasPagerDutySignature({ headers, rawBody }: SignedRequest): boolean {
    const given = headerOf(headers, pagerdutySignature);
    const secret = this.#secrets.pagerduty;
    if (given === null || secret === undefined) return false;
    const wanted = signature(secret, [rawBody ?? '']);
    const fits = given.split(',').some((one) => isSame(one.trim().replace(/^v1=/, ''), wanted));
    if (!fits) throw wrongSignature();
    return true;
  }

  /** With a time in it, since a signature without one could be sent again for ever. */
  async #hasGrafanaSignature({ headers, rawBody }: SignedRequest): Promise<boolean> {
    const given = grafanaSignatures.map((name) => headerOf(headers, name)).find(Boolean) ?? null;
    const secret = this.#secrets.grafana;
    if (given === null || secret === undefined) return false;
    const at = headerOf(headers, grafanaTime);
    if (at === null) {
      throw new CrossfadeError(
        'unauthenticated',
        `a signature without a time could be sent again: set the timestamp header to ${grafanaTime}`,
      );
    }
    const age = Math.abs((await this.#clock.now()) / 1000 - Number(at));
    const wanted = signature(secret, [`${at}:`, rawBody ?? '']);
    if (!isSame(given, wanted) || !(age <= freshSeconds)) throw wrongSignature();
    return true;
  }
}

function headerOf(headers: IncomingHttpHeaders, name: string): string | null {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

function signature(secret: string, parts: readonly (string | Buffer)[]): string {
  const hmac = createHmac('sha256', secret);
  for (const part of parts) hmac.update(part);
  return hmac.digest('hex');
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function wrongSignature(): CrossfadeError {
  return new CrossfadeError('unauthenticated', 'the signature does not fit the body, or is old');
}
