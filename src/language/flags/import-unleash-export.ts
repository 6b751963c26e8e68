import { DEFAULT_ENVIRONMENT } from '../../core/flags/catalog/audience.ts';
import type { ImportedParts, ImportPlace } from './import-parts.ts';
import {
  featurePart,
  fieldOf,
  listOf,
  segmentPart,
  strategyPart,
  textOf,
  variantParts,
} from './import-parts.ts';

/**
 * An export of Unleash, or a state export of its versions 3 to 5: flags, strategies and environments
 * in lists of their own. Newer exports name segments without their constraints, unless the answer of
 * `GET /api/admin/segments` was put in their place.
 */
export function unleashExport(document: unknown, where: ImportPlace): ImportedParts {
  const tables = new Tables(document, where);
  const segments = listOf(document, 'segments');
  return {
    features: listOf(document, 'features').map((item) => tables.feature(item)),
    segments: segments.filter(hasConstraints).map(segmentPart),
    bareSegments: segments
      .filter((segment) => !hasConstraints(segment))
      .map((segment) => ({ id: Number(fieldOf(segment, 'id')), name: textOf(segment, 'name') })),
  };
}

class Tables {
  readonly #document: unknown;
  readonly #where: ImportPlace;

  constructor(document: unknown, where: ImportPlace) {
    this.#document = document;
    this.#where = where;
  }

  feature(item: unknown): ImportedParts['features'][number] {
    const name = textOf(item, 'name');
    const project = this.#where.project ?? fieldOf(item, 'project');
    const dependencies = this.#rows('dependencies', 'feature', name).flatMap((row) =>
      listOf(row, 'dependencies'),
    );
    const raw = {
      ...featurePart(item),
      ...(project === undefined ? {} : { project }),
      tags: this.#rows('featureTags', 'featureName', name).map(
        (tag) => `${textOf(tag, 'tagType') || textOf(tag, 'type')}:${tagValue(tag)}`,
      ),
      dependencies,
      environments: Object.fromEntries(this.#environments(item, name)),
    };
    return { name, raw };
  }

  #environments(item: unknown, name: string): (readonly [string, unknown])[] {
    const rows = this.#rows('featureEnvironments', 'featureName', name);
    const strategies = this.#rows('featureStrategies', 'featureName', name);
    return rows.map((row) => {
      const environment = environmentOf(row);
      // An export is of one environment, and its strategies do not repeat which.
      const own = strategies.filter(
        (strategy) => (textOf(strategy, 'environment') || environment) === environment,
      );
      const there = {
        enabled: fieldOf(row, 'enabled'),
        strategies: own.toSorted(bySortOrder).map((strategy) => this.#strategy(strategy)),
        variants: listOf(row, 'variants').length > 0 ? variantParts(row) : variantParts(item),
      };
      return [this.#where.environment ?? environment, there] as const;
    });
  }

  #strategy(strategy: unknown): unknown {
    const name = textOf(strategy, 'name') || textOf(strategy, 'strategyName');
    const linked = this.#rows(
      'featureStrategySegments',
      'featureStrategyId',
      textOf(strategy, 'id'),
    ).map((row) => fieldOf(row, 'segmentId'));
    const part = strategyPart(strategy, name);
    return linked.length === 0 ? part : { ...part, segments: linked };
  }

  #rows(table: string, column: string, value: string): readonly unknown[] {
    return listOf(this.#document, table).filter((row) => textOf(row, column) === value);
  }
}

function environmentOf(row: unknown): string {
  return textOf(row, 'environment') || DEFAULT_ENVIRONMENT;
}

function tagValue(tag: unknown): string {
  return textOf(tag, 'tagValue') || textOf(tag, 'value');
}

function bySortOrder(a: unknown, b: unknown): number {
  return Number(fieldOf(a, 'sortOrder') ?? 0) - Number(fieldOf(b, 'sortOrder') ?? 0);
}

function hasConstraints(segment: unknown): boolean {
  return Array.isArray(fieldOf(segment, 'constraints'));
}
