import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import uPlot from 'uplot';
import type { GuardPoint, GuardSeries } from '../../core/protocol/guard-series.ts';
import { amount } from '../words/guard-words.ts';
import { useDarkness } from '../shell/theme.ts';

interface GuardChartProps {
  readonly series: GuardSeries;
  readonly limit: number | null;
  /** Milliseconds of one point. */
  readonly span: number;
}

const height = 96;

/** Old and new over time; the band is what is known of the new side in each span, the dashes the limit. */
export function GuardChart({ series, limit, span }: GuardChartProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  // Drawn anew only when there are other points: the page around it changes far more often.
  const { points } = series;
  const data = useMemo(() => dataOf(points, limit), [points, limit]);
  const dark = useDarkness();
  const { unit } = series;
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const chart = new uPlot(optionsOf(element, unit, dark), [[]], element);
    plot.current = chart;
    const resized = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      chart.destroy();
    };
  }, [unit, dark]);
  useEffect(() => plot.current?.setData(data), [data, unit, dark]);
  return (
    <figure className="chart">
      <div ref={box} aria-hidden="true" />
      <figcaption className="unseen">{describe(series, span)}</figcaption>
    </figure>
  );
}

/** Columns: time in seconds, old, new, its lower and upper bound, limit. */
function dataOf(points: readonly GuardPoint[], limit: number | null): uPlot.AlignedData {
  return [
    points.map(({ at }) => at / 1000),
    points.map(({ baseline }) => baseline),
    points.map(({ canary }) => canary),
    points.map(({ low }) => low),
    points.map(({ high }) => high),
    points.map(() => limit),
  ];
}

/** What the picture says, to whoever does not see it. */
function describe({ points, unit }: GuardSeries, span: number): string {
  const last = points.at(-1);
  if (last === undefined) return '';
  const values = `new ${amount(last.canary, unit)}, old ${amount(last.baseline, unit)}`;
  return `${points.length} points of ${span / 1000} s; the last: ${values}`;
}

function optionsOf(element: HTMLElement, unit: GuardSeries['unit'], dark: boolean): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const [accent, muted, line, bad] = [
    colour('--accent'),
    colour('--muted'),
    colour('--line'),
    colour('--bad'),
  ];
  const axis: uPlot.Axis = {
    stroke: muted,
    font: '11px ui-sans-serif, system-ui, sans-serif',
    grid: { stroke: line, width: 1 },
    ticks: { show: false },
  };
  return {
    width: element.clientWidth,
    height,
    padding: [6, 4, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_, low, high) => [Math.min(0, low), high <= 0 ? 1e-3 : high * 1.05] } },
    axes: [
      { ...axis, size: 20, space: 70, values: '{HH}:{mm}:{ss}', grid: { show: false } },
      {
        ...axis,
        size: 52,
        space: 28,
        values: (_, ticks) => ticks.map((tick) => amount(tick, unit)),
      },
    ],
    series: [
      {},
      { stroke: muted, width: 1.5, points: { show: false } },
      { stroke: accent, width: 2, points: { size: 4, fill: accent } },
      { stroke: 'transparent', points: { show: false } },
      { stroke: 'transparent', points: { show: false } },
      { stroke: bad, width: 1, dash: [4, 4], points: { show: false } },
    ],
    bands: [{ series: [4, 3], fill: `${accent}${dark ? '38' : '22'}` }],
  };
}
