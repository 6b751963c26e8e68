import type { InstanceReport } from '../../src/core/protocol/report.ts';
import type { Route } from '../../src/core/protocol/route.ts';
import type { Cancel } from '../../src/sdk/timing.ts';
import type { Reply, StreamListener, Transport } from '../../src/sdk/transport.ts';

/** One opened stream. */
export interface ScriptedStream {
  readonly migrations: readonly string[];
  readonly listener: StreamListener;
  open: boolean;
}

/** Crossfade as a test scripts it, without a network. */
export class ScriptedTransport implements Transport {
  readonly reports: InstanceReport[] = [];
  readonly streams: ScriptedStream[] = [];
  /** Routes that every answer brings. */
  routes: readonly Route[] = [];
  /** How the next reports are answered; `lost` is processed but its answer never arrives. */
  behaviour: 'ok' | 'away' | 'lost' | 'hangs' | number = 'ok';

  async report(report: InstanceReport, signal: AbortSignal): Promise<Reply> {
    if (this.behaviour === 'away') throw new Error('connection refused');
    this.reports.push(structuredClone(report));
    if (this.behaviour === 'lost') throw new Error('socket hang up');
    if (this.behaviour === 'hangs') await aborted(signal);
    if (typeof this.behaviour === 'number') return { status: this.behaviour, body: '' };
    return { status: 200, body: JSON.stringify({ routes: this.routes }) };
  }

  stream(migrations: readonly string[], listener: StreamListener): Cancel {
    const stream = { migrations, listener, open: true };
    this.streams.push(stream);
    return () => {
      stream.open = false;
    };
  }

  /** Pushes routes over the stream that is open. */
  push(...routes: readonly Route[]): void {
    const stream = this.streams.findLast(({ open }) => open);
    if (stream === undefined) throw new Error('no stream is open');
    stream.listener.routes(JSON.stringify({ routes }));
  }

  close(): void {}
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')));
  });
}
