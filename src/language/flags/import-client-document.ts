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

/** `GET /api/client/features`: the flags of one environment, their strategies inside. */
export function clientDocument(document: unknown, where: ImportPlace): ImportedParts {
  const environment = where.environment ?? DEFAULT_ENVIRONMENT;
  return {
    features: listOf(document, 'features').map((item) => ({
      name: textOf(item, 'name'),
      raw: {
        ...featurePart(item),
        ...(where.project === undefined ? {} : { project: where.project }),
        environments: {
          [environment]: {
            enabled: fieldOf(item, 'enabled'),
            strategies: listOf(item, 'strategies').map((strategy) =>
              strategyPart(strategy, textOf(strategy, 'name')),
            ),
            variants: variantParts(item),
          },
        },
      },
    })),
    segments: listOf(document, 'segments').map(segmentPart),
    bareSegments: [],
  };
}
