import type { Refusals } from '../../core/received/series-point.ts';
import type { MessageForm } from '../../engine/ports/metrics-protocol.ts';

/** An ExportMetricsServiceResponse: empty when all was taken in, else how many points were not, and why. */
export function encodeAnswer({ points, reason }: Refusals, form: MessageForm): Buffer {
  if (form === 'json') {
    const partial = { rejectedDataPoints: String(points), errorMessage: reason ?? '' };
    return Buffer.from(JSON.stringify(points === 0 ? {} : { partialSuccess: partial }));
  }
  if (points === 0) return Buffer.alloc(0);
  const partial = [...numberField(1, points), ...textField(2, reason ?? '')];
  return Buffer.from([...bytesField(1, partial)]);
}

/** A google.rpc.Status. Its code is not used by OTLP over HTTP, so it is left out. */
export function encodeStatus(message: string, form: MessageForm): Buffer {
  if (form === 'json') return Buffer.from(JSON.stringify({ message }));
  return Buffer.from(textField(2, message));
}

function textField(number: number, text: string): readonly number[] {
  return bytesField(number, [...Buffer.from(text)]);
}

function bytesField(number: number, bytes: readonly number[]): readonly number[] {
  return [(number << 3) | 2, ...varint(bytes.length), ...bytes];
}

function numberField(number: number, value: number): readonly number[] {
  return [number << 3, ...varint(value)];
}

function varint(value: number): readonly number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
}
