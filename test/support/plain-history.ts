/** Epoch seconds at which the history ends; far from now, so that nothing depends on the day. */
export const historyEnd = 1_735_732_800;

/** One sample every 15 s for ten minutes up to `historyEnd`; `success` stops two minutes earlier. */
export function plainHistory(): string {
  const times = Array.from({ length: 41 }, (_, index) => historyEnd - 600 + index * 15);
  const family = (name: string, of: (time: number, index: number) => string | null): string[] => [
    `# TYPE ${name} gauge`,
    ...times.flatMap((time, index) => of(time, index) ?? []),
  ];
  return [
    ...family('success_ratio', (time) =>
      time > historyEnd - 120 ? null : `success_ratio{service="users"} 0.998 ${time}`,
    ),
    ...family('not_a_number', (time) => `not_a_number NaN ${time}`),
    ...family('overflowed', (time) => `overflowed{otel_metric_overflow="true"} 7 ${time}`),
    '# TYPE requests counter',
    ...['a', 'b'].flatMap((instance) =>
      times.map((time, index) => `requests_total{instance="${instance}"} ${index * 30} ${time}`),
    ),
  ].join('\n');
}
