import { afterEach, describe, expect, it } from '@jest/globals';
import { context, propagation, trace } from '@opentelemetry/api';
import { OtelTracer } from '../../src/adapters/telemetry/otel-tracer.ts';
import { TraceReceiver } from '../support/trace-receiver.ts';

afterEach(() => {
  for (const api of [trace, context, propagation]) api.disable();
});

/** What is asked for, and how it comes. */
const forms = [
  [undefined, 'application/x-protobuf'],
  ['http/json', 'application/json'],
] as const;

describe('spans', () => {
  it.each(forms)('sent with protocol %s come as %s, whole', async (protocol, type) => {
    const receiver = await TraceReceiver.start();
    const before = { ...process.env };
    Object.assign(process.env, receiver.environment);
    if (protocol !== undefined) process.env['OTEL_EXPORTER_OTLP_PROTOCOL'] = protocol;
    const tracer = new OtelTracer('crossfade', '1.2.3');
    const attributes = { 'crossfade.system': 'users-db', 'crossfade.tick.fence': 7 };
    await tracer.trace({ name: 'tick', attributes }, () =>
      tracer.trace({ name: 'decision', attributes: {} }, () => Promise.resolve()),
    );
    await tracer.close();
    process.env = before;
    receiver.close();
    const [decision, tick] = receiver.spans;
    expect([...receiver.forms]).toEqual([type]);
    expect([...receiver.services]).toEqual(['crossfade']);
    expect(tick).toMatchObject({ name: 'tick', says: { 'crossfade.system': 'users-db' } });
    expect(Number(tick?.says['crossfade.tick.fence'])).toBe(7);
    expect(tick?.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(decision).toMatchObject({
      name: 'decision',
      traceId: tick?.traceId,
      parentSpanId: tick?.spanId,
    });
  });
});
