import { hostname } from 'node:os';
import type { EvaluationWorld } from '../../core/flags/evaluation/evaluation-context.ts';
import { linearRegex } from './linear-regex.ts';

/** The world as this server sees it now. */
export function evaluationWorld(): EvaluationWorld {
  return { now: Date.now(), random: Math.random, hostname: hostname(), regex: linearRegex };
}
