import { z } from 'zod';
import type { ManagedFeature, ManagedSegment } from '../../core/flags/catalog/managed-feature.ts';
import { CrossfadeError } from '../../core/errors.ts';
import { parsed } from './feature-requests.ts';
import { feature, flagName, placeName, segment } from './feature-shapes.ts';
import { clientDocument } from './import-client-document.ts';
import type { ImportedParts, ImportPlace } from './import-parts.ts';
import { unleashExport } from './import-unleash-export.ts';

const place = z.strictObject({
  environment: placeName.exactOptional(),
  project: placeName.exactOptional(),
});

/** Flags and segments read from another system's document, not yet checked against our own. */
export interface FlagImport {
  readonly features: readonly ManagedFeature[];
  /** With the ids that they have there, which the flags refer to. */
  readonly segments: readonly ManagedSegment[];
  /** Ids and names of segments whose constraints the document does not contain. */
  readonly bareSegments: readonly { readonly id: number; readonly name: string }[];
}

/** What `?environment=&project=` say. Throws `invalidInput`. */
export function parseImportPlace(query: unknown): ImportPlace {
  return parsed(place, query);
}

/**
 * Reads what Unleash hands out: an export (`features-batch/export`), an older state export, or the
 * document of `GET /api/client/features`. Throws `invalidInput`, with every fault and its place.
 */
export function parseFlagImport(body: unknown, where: ImportPlace): FlagImport {
  if (typeof body !== 'object' || body === null || !('features' in body)) {
    throw new CrossfadeError(
      'invalidInput',
      'an import is an export of Unleash or its document of GET /api/client/features; ' +
        'both have a list "features"',
    );
  }
  const parts: ImportedParts =
    'featureStrategies' in body ? unleashExport(body, where) : clientDocument(body, where);
  return {
    features: parts.features.map(({ name, raw }) => ({
      name: parsed(flagName, name),
      ...located(`flag "${name}"`, () => parsed(feature, raw)),
    })),
    segments: parts.segments.map(({ id, raw }) => ({
      id,
      ...located(`segment ${id}`, () => parsed(segment, raw)),
    })),
    bareSegments: parts.bareSegments,
  };
}

function located<T>(where: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof CrossfadeError)) throw error;
    throw new CrossfadeError(error.code, `${where}: ${error.message}`);
  }
}
