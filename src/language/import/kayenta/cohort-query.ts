import { promqlTokens } from '../../../core/metrics/promql-tokens.ts';
import type { CanaryConfig, KayentaMetric } from './schema.ts';

const wholeQuery = 'PromQL:';

/** Variables that say which instances are meant, which Crossfade's cohorts take the place of. */
const scopes = ['scope', 'location', 'project', 'resourceType', 'scopeName'];

/** The expression for a factor, or why there is none. */
export type CohortQuery =
  { readonly exprFor: (factor: number) => string } | { readonly reason: string };

/**
 * By how much a metric's mean over the new side's series exceeds a multiple of the mean over the old
 * side's: above 0 where Kayenta's effect size `meanRatio` exceeds the factor. It is a difference, since
 * a quotient of two zeros would be no number; and 0 while one side has no series, as before the first
 * and after the last unit.
 */
export function cohortQuery(metric: KayentaMetric, config: CanaryConfig): CohortQuery {
  const found = filterOf(metric, config);
  if ('reason' in found) return found;
  const { filter } = found;
  if (filter.startsWith(wholeQuery)) return wholeOf(filter.slice(wholeQuery.length).trim());
  const { metricName, labelBindings } = metric.query;
  if (metricName === undefined || metricName === null || metricName === '') {
    return { reason: 'its query has no `metricName`' };
  }
  const matchers = [filter, ...(labelBindings ?? [])].filter((part) => part.trim() !== '');
  const cohorts = byCohort(`avg(${metricName}{${matchers.join(',')}})`);
  if ('reason' in cohorts || cohorts.matched) return difference(cohorts);
  const scoped = ['scope="${scope}"', ...matchers].join(',');
  return difference(byCohort(`avg(${metricName}{${scoped}})`));
}

function wholeOf(query: string): CohortQuery {
  const cohorts = byCohort(`avg(${query})`);
  if ('reason' in cohorts) return cohorts;
  if (!cohorts.matched) return { reason: 'its query does not tell the two scopes apart' };
  const words = promqlTokens(query).map(({ text }) => text);
  const isTotal = (words.includes('sum') || words.includes('count')) && !words.includes('/');
  // Kayenta's two fleets are equally large; a cohort has as much traffic as its share.
  return isTotal
    ? { reason: 'it adds up what a whole side does, and the two cohorts are not equally large' }
    : difference(cohorts);
}

type ByCohort = { readonly text: (cohort: string) => string; readonly matched: boolean };

function difference(cohorts: ByCohort | { readonly reason: string }): CohortQuery {
  if ('reason' in cohorts) return cohorts;
  const mean = (cohort: string): string => `avg_over_time((${cohorts.text(cohort)})[$window:1m])`;
  const exprFor = (factor: number): string =>
    `${mean('canary')} - ${factor} * ${mean('baseline')} or vector(0)`;
  return { exprFor };
}

/** Replaces the matchers that pick out a scope by one that picks out a cohort of the rollout. */
function byCohort(query: string): ByCohort | { readonly reason: string } {
  const tokens = promqlTokens(query);
  if (query.includes('#')) return { reason: 'its query holds a comment' };
  const pieces: string[] = [''];
  let from = 0;
  for (const [index, token] of tokens.entries()) {
    if (!token.text.includes('${')) continue;
    const variables = [...token.text.matchAll(/\$\{\s*([^}]*?)\s*\}/g)].map(
      ([, name]) => name ?? '',
    );
    const unknown = variables.find((name) => !scopes.includes(name));
    if (unknown !== undefined)
      return { reason: `variable \`${unknown.slice(0, 40)}\` has no value here` };
    const label = startOfMatcher(tokens, index);
    if (token.kind !== 'string' || label === null) {
      return { reason: 'it reads the scope elsewhere than in a label' };
    }
    pieces[pieces.length - 1] += query.slice(from, label);
    pieces.push('');
    from = token.at + token.text.length;
  }
  pieces[pieces.length - 1] += query.slice(from);
  return {
    matched: pieces.length > 1,
    text: (cohort) => pieces.join(`cohort="${cohort}",$rollout`).replaceAll(repeated(cohort), '$1'),
  };
}

/** Several labels of a scope become one matcher. */
function repeated(cohort: string): RegExp {
  const matcher = `cohort="${cohort}",\\$rollout`;
  return new RegExp(`(${matcher})(?:\\s*,\\s*${matcher})+`, 'g');
}

/** Where `label=~"…"` begins; null when the text at `index` is no label's value. */
function startOfMatcher(tokens: ReturnType<typeof promqlTokens>, index: number): number | null {
  if (tokens[index]?.inside.endsWith('{') !== true) return null;
  let back = index - 1;
  while (['=', '!', '~'].includes(tokens[back]?.text ?? '')) back -= 1;
  const label = tokens[back];
  return label?.kind === 'word' && back < index - 1 ? label.at : null;
}

function filterOf(
  { query }: KayentaMetric,
  { templates }: CanaryConfig,
): { readonly filter: string } | { readonly reason: string } {
  const { customInlineTemplate, customFilterTemplate, customFilter } = query;
  if (typeof customInlineTemplate === 'string' && customInlineTemplate !== '') {
    return checked(customInlineTemplate);
  }
  if (typeof customFilterTemplate !== 'string' || customFilterTemplate === '') {
    return checked(customFilter ?? '');
  }
  const named = Object.hasOwn(templates ?? {}, customFilterTemplate)
    ? templates?.[customFilterTemplate]
    : undefined;
  return named === undefined
    ? { reason: `template \`${customFilterTemplate.slice(0, 40)}\` is not in the config` }
    : checked(named);
}

function checked(filter: string): { readonly filter: string } | { readonly reason: string } {
  return /<[#/@]/.test(filter) ? { reason: 'its template holds conditions' } : { filter };
}
