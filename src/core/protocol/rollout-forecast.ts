import type { Forecast } from '../judge/forecast/forecast.ts';
import type { Assumed } from '../judge/forecast/measured-traffic.ts';

/** What a rollout's plan can prove at the traffic that its judge has seen. */
export interface RolloutForecast {
  /** Seconds of the old side's traffic that it rests on. */
  readonly seconds: number;
  /** Null while too little is known, or where the judge's memory is of another version. */
  readonly forecast: Forecast | null;
  /** What is not known of the traffic and taken to be as usual. */
  readonly assumed: readonly Assumed[];
}
