import type { Change, ChangeEvents } from '../../core/protocol/change.ts';
import { api } from './request.ts';

export interface LineListener {
  changed(change: Change): void;
  /** Everything has to be asked for anew. */
  reset(): void;
  beat(now: number): void;
  /** The stream is gone; another one is opened soon. */
  broken(): void;
}

/** Between two attempts, doubling from the first to the last. Milliseconds. */
const [firstPauseMs, lastPauseMs] = [1_000, 15_000];

/** A stream that says nothing for so long is dead, whatever the browser thinks. Milliseconds. */
const silentAfterMs = 10_000;

/**
 * The stream of changes as a page holds it: opened again after a break with the id of the last event, so that
 * nothing is missed, and closed while nobody sees the page: a browser has few connections for a server.
 */
export class ChangeLine {
  readonly #listener: LineListener;
  #source: EventSource | null = null;
  #last = '';
  #pauseMs = firstPauseMs;
  #timer: number | undefined;

  constructor(listener: LineListener) {
    this.#listener = listener;
    document.addEventListener('visibilitychange', this.#see);
    window.addEventListener('online', this.#see);
    this.#see();
  }

  close(): void {
    document.removeEventListener('visibilitychange', this.#see);
    window.removeEventListener('online', this.#see);
    this.#drop();
  }

  readonly #see = (): void => {
    if (document.hidden) this.#drop();
    else if (this.#source === null) this.#open();
  };

  #open(): void {
    clearTimeout(this.#timer);
    const after = this.#last === '' ? '' : `?after=${encodeURIComponent(this.#last)}`;
    const source = new EventSource(`${api('changes')}${after}`);
    this.#source = source;
    const on = <Kind extends keyof ChangeEvents>(
      kind: Kind,
      tell: (data: ChangeEvents[Kind]) => void,
    ): void =>
      source.addEventListener(kind, ({ data, lastEventId }: MessageEvent<string>) => {
        this.#last = lastEventId;
        this.#pauseMs = firstPauseMs;
        this.#expect(silentAfterMs);
        tell(JSON.parse(data) as ChangeEvents[Kind]);
      });
    on('change', (change) => this.#listener.changed(change));
    on('reset', () => this.#listener.reset());
    on('beat', ({ now }) => this.#listener.beat(now));
    source.addEventListener('error', () => this.#retry());
    this.#expect(silentAfterMs);
  }

  #expect(withinMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#retry(), withinMs);
  }

  #retry(): void {
    this.#drop();
    this.#listener.broken();
    this.#timer = window.setTimeout(this.#see, this.#pauseMs);
    this.#pauseMs = Math.min(2 * this.#pauseMs, lastPauseMs);
  }

  #drop(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }
}
