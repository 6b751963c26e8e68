import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlPlaneClient } from './control-plane-client.ts';
import { currentStepName, hasEnded } from './views.ts';
import type { RolloutView } from './views.ts';

const pollMs = 100;

type Condition = (view: RolloutView) => boolean;

/** Looks at a rollout ten times a second, also while the control plane is away and comes back. */
export class RolloutWatch {
  readonly #waiting = new Set<{ condition: Condition; found: (view: RolloutView) => void }>();
  readonly #client: ControlPlaneClient;
  readonly #name: string;
  readonly #onView: (view: RolloutView | null) => void;

  constructor(
    client: ControlPlaneClient,
    name: string,
    onView: (view: RolloutView | null) => void,
  ) {
    this.#client = client;
    this.#name = name;
    this.#onView = onView;
  }

  /** Resolves with the first view for which the condition holds. */
  until(condition: Condition): Promise<RolloutView> {
    return new Promise((found) => this.#waiting.add({ condition, found }));
  }

  /** Resolves when the step has been entered. */
  step(name: string): Promise<RolloutView> {
    return this.until((view) => currentStepName(view) === name);
  }

  /** Watches until the rollout has ended, or a person is needed (paused, frozen), or `signal`. */
  async run(signal: AbortSignal): Promise<RolloutView> {
    for (;;) {
      signal.throwIfAborted();
      const view = await this.#client.rollout(this.#name).catch(() => null);
      this.#onView(view);
      if (view !== null) {
        this.#tell(view);
        if (hasEnded(view) || view.phase === 'paused' || view.phase === 'frozen') return view;
      }
      await sleep(pollMs, undefined, { signal });
    }
  }

  #tell(view: RolloutView): void {
    for (const waiting of this.#waiting) {
      if (!waiting.condition(view)) continue;
      this.#waiting.delete(waiting);
      waiting.found(view);
    }
  }
}
