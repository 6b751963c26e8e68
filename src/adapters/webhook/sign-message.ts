import { createHmac } from 'node:crypto';

/** A message as it goes over the wire. */
export interface SignedPart {
  readonly id: string;
  /** Epoch seconds. */
  readonly timestamp: number;
  readonly body: string;
}

/**
 * The headers of Standard Webhooks (standardwebhooks.com, version 1): an HMAC-SHA256 over id, time and body, one for
 * each secret, so that a receiver accepts messages while its secret is changed.
 * @param secrets `whsec_` and base64, as the specification has it; other text is taken as it stands
 */
export function signatureHeaders(
  { id, timestamp, body }: SignedPart,
  secrets: readonly string[],
): Record<string, string> {
  const signed = `${id}.${timestamp}.${body}`;
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', keyOf(secret)).update(signed).digest('base64')}`,
  );
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  };
}

const prefix = 'whsec_';

function keyOf(secret: string): Buffer {
  return secret.startsWith(prefix)
    ? Buffer.from(secret.slice(prefix.length), 'base64')
    : Buffer.from(secret, 'utf8');
}
