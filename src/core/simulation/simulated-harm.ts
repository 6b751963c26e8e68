/** What is wrong with the new side of a simulated migration, from the first exposure on. */
export type SimulatedHarm =
  /** So many more of the requests fail: a probability. */
  | { readonly kind: 'failures'; readonly value: number }
  /** Every request takes so many times as long. */
  | { readonly kind: 'slower'; readonly value: number }
  /** So many of the compared reads differ: a probability. */
  | { readonly kind: 'mismatches'; readonly value: number }
  /** So many more requests of one unit fail: of the one in the middle by its part of the traffic. */
  | { readonly kind: 'oneUnit'; readonly value: number };

/** The harm of one kind, or what is there without any. */
export function sizeOf(
  harm: SimulatedHarm | null,
  kind: SimulatedHarm['kind'],
  none: number,
): number {
  return harm?.kind === kind ? harm.value : none;
}

/** Sizes at which people ask whether they would be found. */
export const usualHarms: readonly SimulatedHarm[] = [
  { kind: 'failures', value: 0.01 },
  { kind: 'failures', value: 0.1 },
  { kind: 'slower', value: 1.5 },
  { kind: 'mismatches', value: 0.001 },
  { kind: 'oneUnit', value: 0.5 },
];
