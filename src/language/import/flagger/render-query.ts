/** What the actions of a MetricTemplate stand for. */
export interface TemplateModel {
  readonly name: string;
  readonly namespace: string;
  readonly target: string;
  readonly service: string;
  readonly ingress: string;
  readonly variables: Readonly<Record<string, string>>;
}

const actions = /\{\{-?\s*([\w.]+(?:\s+"[\w.-]+")?)\s*-?\}\}/g;

/**
 * A MetricTemplate's query with its actions carried out. `{{ interval }}` between square brackets
 * becomes the guard's own window where `window` says so. An action that is not known stays.
 * @param interval as it is written for Prometheus, such as `1m`.
 */
export function renderQuery(
  query: string,
  model: TemplateModel,
  { interval, isWindow }: { readonly interval: string; readonly isWindow: boolean },
): string {
  const ranged = isWindow
    ? query.replaceAll(/\[\s*\{\{-?\s*interval\s*-?\}\}\s*\]/g, () => '[$window]')
    : query;
  return ranged.replaceAll(actions, (written: string, action: string) => {
    if (action === 'interval') return interval;
    const variable = /^variables\.([\w-]+)$/.exec(action)?.[1];
    if (variable !== undefined) return own(model.variables, variable) ?? written;
    if (action === 'variables') return written;
    return own(model, action) ?? written;
  });
}

function own(values: object, name: string): string | undefined {
  const found: unknown = Object.hasOwn(values, name)
    ? (values as Readonly<Record<string, unknown>>)[name]
    : undefined;
  return typeof found === 'string' ? found : undefined;
}
