import { currentStepName } from '../control-plane/views.ts';
import type { RolloutView } from '../control-plane/views.ts';
import type { LoadProgress } from '../load/load-figures.ts';
import type { Progress } from './progress.ts';

/** Turns what is seen of rollout and load into lines for a person. */
export class Narrator {
  readonly #progress: Progress;
  #step = '';
  #phase = '';
  #hold = '';
  #load: LoadProgress | null = null;
  #second: LoadProgress | null = null;

  constructor(progress: Progress) {
    this.#progress = progress;
  }

  /** The rollout as it now is; null while the control plane does not answer. */
  view(view: RolloutView | null): void {
    if (view === null) {
      this.#progress.state(`${this.#step}  (no answer from the control plane)  ${this.#traffic()}`);
      return;
    }
    this.#tellHold(view);
    this.#tellStep(view);
    this.#tellPhase(view);
    const waiting = view.hold?.reason ?? view.waitingFor ?? '';
    this.#progress.state(`${currentStepName(view)}  ${this.#traffic()}  ${waiting}`);
  }

  /** The load's counts, once a second. */
  load(load: LoadProgress): void {
    this.#second = this.#load;
    this.#load = load;
  }

  #tellStep(view: RolloutView): void {
    const step = currentStepName(view);
    if (step === this.#step) return;
    this.#step = step;
    this.#progress.event(`${step.padEnd(12)} ${this.#traffic()}`.trimEnd());
  }

  #tellHold({ hold }: RolloutView): void {
    const code = hold?.code ?? '';
    if (code === this.#hold) return;
    this.#hold = code;
    this.#progress.event(hold === null ? '  goes on' : `  holds: ${hold.reason}`);
  }

  /** Waiting to begin and running need no words: the steps say as much. */
  #tellPhase({ phase, stop, rollback }: RolloutView): void {
    if (phase === this.#phase) return;
    this.#phase = phase;
    if (phase === 'pending' || phase === 'running') return;
    const reason = phase === 'rolling_back' ? rollback?.cause : stop?.reason;
    this.#progress.event(reason === undefined ? phase : `${phase}: ${reason}`);
  }

  #traffic(): string {
    if (this.#load === null || this.#second === null) return '';
    const requests = this.#load.requests - this.#second.requests;
    const fromNew = this.#load.served.new - this.#second.served.new;
    const share = requests === 0 ? 0 : Math.round((100 * fromNew) / requests);
    return `${requests} requests/s, ${share} % served by new, ${this.#load.failed} failed`;
  }
}
