import type { IncomingMessage } from 'node:http';
import type { MessageForm } from '../../engine/ports/metrics-protocol.ts';

/** Content types of OTLP over HTTP; an answer has that of its request. */
export const contentTypes: Readonly<Record<MessageForm, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

/** Whether a request is for the place that metrics are sent to. */
export function isOtlp(url: string): boolean {
  return /^\/v1\/metrics\/?(\?|$)/.test(url);
}

/** The form of a message; null for what is none of OTLP's. */
export function formOf({ headers }: Pick<IncomingMessage, 'headers'>): MessageForm | null {
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type === contentTypes.protobuf) return 'protobuf';
  return type === contentTypes.json ? 'json' : null;
}
