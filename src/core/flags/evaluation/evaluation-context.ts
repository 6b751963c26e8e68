/** For whom a flag is evaluated. Fields are looked up by name, then among the properties. */
export interface EvaluationContext {
  readonly userId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly remoteAddress?: string | undefined;
  readonly environment?: string | undefined;
  readonly appName?: string | undefined;
  /** RFC 3339; the world's time when not given. */
  readonly currentTime?: string | undefined;
  readonly properties?: Readonly<Record<string, string | null | undefined>> | undefined;
}

/** What evaluation needs of the world, so that it decides the same twice. */
export interface EvaluationWorld {
  /** Epoch milliseconds. */
  readonly now: number;
  /** From 0 up to, but not including, 1: for stickiness `random`, and where nothing can stick. */
  readonly random: () => number;
  readonly hostname: string;
  /**
   * Prepares an expression of RE2's syntax, which takes linear time on any text; null when it is
   * none.
   */
  readonly regex: (
    expression: string,
    caseInsensitive: boolean,
  ) => ((text: string) => boolean) | null;
}

const FIELDS: readonly string[] = [
  'userId',
  'sessionId',
  'remoteAddress',
  'environment',
  'appName',
  'currentTime',
] satisfies (keyof EvaluationContext)[];

/** The value of a field; undefined when the context has none. */
export function contextValue(context: EvaluationContext, field: string): string | undefined {
  const own = FIELDS.includes(field)
    ? (context as Readonly<Record<string, string | undefined>>)[field]
    : undefined;
  return own ?? propertyOf(context, field);
}

/** Only what was given: a field named like something that every object inherits is no value. */
function propertyOf({ properties }: EvaluationContext, field: string): string | undefined {
  if (properties === undefined || !Object.hasOwn(properties, field)) return undefined;
  return properties[field] ?? undefined;
}
