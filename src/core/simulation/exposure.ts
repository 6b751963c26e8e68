import type { SimulatedService } from './simulated-service.ts';
import type { SimulatedStep } from './simulated-steps.ts';

/** Who is on the new side: it only grows from step to step, but for units that were sent back. */
export class Exposure {
  readonly #service: SimulatedService;
  readonly #chosen = new Set<number>();
  readonly #sentBack = new Set<number>();
  readonly isNew: Uint8Array;

  constructor(service: SimulatedService) {
    this.#service = service;
    this.isNew = new Uint8Array(service.names.length);
  }

  /** Names of the units that are held on the old side. */
  get sentBack(): readonly string[] {
    return [...this.#sentBack].map((unit) => this.#service.names[unit] ?? '');
  }

  /** How many units were chosen one by one so far. */
  get chosen(): number {
    return this.#chosen.size;
  }

  get hasUnits(): boolean {
    return this.isNew.includes(1);
  }

  enter({ chosen, part }: SimulatedStep): void {
    if (chosen !== null) {
      const order = chosen.order === 'hash' ? this.#byPlace() : this.#bySmallestPart();
      for (const unit of order.slice(0, chosen.count)) this.#chosen.add(unit);
    }
    const { places } = this.#service;
    for (const [unit, place] of places.entries()) {
      const isIn = this.#chosen.has(unit) || place < part;
      if (isIn && !this.#sentBack.has(unit)) this.isNew[unit] = 1;
    }
  }

  sendBack(name: string): void {
    const unit = this.#service.names.indexOf(name);
    this.#sentBack.add(unit);
    this.isNew[unit] = 0;
  }

  /** The unit fails on the old side, too: it comes back to the new one. */
  release(name: string): void {
    const unit = this.#service.names.indexOf(name);
    if (this.#sentBack.delete(unit)) this.isNew[unit] = 1;
  }

  #byPlace(): readonly number[] {
    const { places } = this.#service;
    return [...places.keys()].sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
  }

  #bySmallestPart(): readonly number[] {
    return [...this.isNew.keys()].reverse();
  }
}
