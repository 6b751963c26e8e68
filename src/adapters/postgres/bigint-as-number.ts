/** Epoch milliseconds fit a double; the driver hands bigint over as text. */
export const bigintAsNumber = {
  to: (value: number): number => value,
  from: (value: string): number => Number(value),
};
