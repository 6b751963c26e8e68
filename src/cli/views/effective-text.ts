import type { EffectivePolicy } from '../../core/protocol/document-view.ts';
import { writeYamlLine } from '../../language/write-yaml.ts';
import { alignedLines } from './aligned-lines.ts';
import { safe } from './words.ts';

/** `crossfade policy NAME --effective`: each value, where it comes from first, since values may be long. */
export function effectiveText({ values }: EffectivePolicy): string {
  const rows = values.map(({ path, value, origin }) => [
    safe(path),
    safe(origin),
    safe(writeYamlLine(value)),
  ]);
  return alignedLines([['VALUE OF', 'FROM', 'IS'], ...rows]);
}
