/** `0.5%`, `12%`, `0.034%`: a rate with as many digits as it deserves. */
export function percent(rate: number): string {
  const points = rate * 100;
  return `${trimmed(points >= 10 ? points.toFixed(1) : points.toPrecision(2))}%`;
}

/** `850 µs`, `3.2 ms`, `1.5 s`. */
export function duration(seconds: number): string {
  if (seconds < 1e-3) return `${Math.round(seconds * 1e6)} µs`;
  if (seconds < 1) return `${trimmed((seconds * 1e3).toPrecision(3))} ms`;
  return `${trimmed(seconds.toPrecision(3))} s`;
}

/** `1 unit`, `1,204 units`. */
export function count(number: number, one: string, many: string): string {
  const digits = number.toFixed(0);
  const grouped = digits.length > 3 ? digits.replaceAll(/\B(?=(\d{3})+$)/g, ',') : digits;
  return `${grouped} ${number === 1 ? one : many}`;
}

/** Evidence as odds against 1, from its natural logarithm: `143`, `2.5`, `more than 10^9`. */
export function odds(log: number): string {
  if (log > Math.log(1e9)) return 'more than 10^9';
  const value = Math.exp(log);
  return value >= 10 ? value.toFixed(0) : trimmed(value.toPrecision(2));
}

/** `p99`, `p99.9`. */
export function quantileName(quantile: number): string {
  return `p${trimmed((quantile * 100).toPrecision(6))}`;
}

function trimmed(digits: string): string {
  return digits.includes('.') && !digits.includes('e') ? digits.replace(/\.?0+$/, '') : digits;
}
