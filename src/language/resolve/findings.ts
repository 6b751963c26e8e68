import type { Fault } from '../../core/errors.ts';
import { listed } from '../scalars/one-of.ts';
import { nearest } from '../faults/nearest.ts';
import type { Path } from '../source/located.ts';
import type { SourceDocument, Spot } from '../source/read-yaml.ts';

/**
 * A fault of meaning. `wrong` is wrong anywhere; `unsupported` is good language that this version
 * cannot carry out; `unknownReference` names a document that is not at hand. `lint` reports the
 * first kind only, `apply` refuses all three.
 */
export interface LocatedFinding extends Fault {
  readonly kind: 'wrong' | 'unsupported' | 'unknownReference';
}

/** Gathers what resolving a document has to say. */
export class Findings {
  readonly faults: LocatedFinding[] = [];
  readonly warnings: Fault[] = [];

  wrong(source: SourceDocument, path: Path, message: string): void {
    this.faults.push({ ...source.fault(path, message), kind: 'wrong' });
  }

  warn(source: SourceDocument, path: Path, message: string): void {
    this.warnings.push(source.fault(path, message));
  }

  unsupported(source: SourceDocument, path: Path, what: string, spot: Spot = 'key'): void {
    const message = `${what} cannot be carried out by this version`;
    this.faults.push({ ...source.fault(path, message, spot), kind: 'unsupported' });
  }

  unknown(source: SourceDocument, path: Path, what: Reference): void {
    const { kind, name, known } = what;
    const meant = nearest(name, known);
    const have = known.length === 0 ? 'none is defined' : `defined: ${listed(known.slice(0, 10))}`;
    const advice = meant === null ? have : `did you mean \`${meant}\`?`;
    const message = `there is no ${kind} \`${name}\`; ${advice}`;
    this.faults.push({ ...source.fault(path, message), kind: 'unknownReference' });
  }
}

/** A document that another one names. */
export interface Reference {
  readonly kind: string;
  readonly name: string;
  readonly known: readonly string[];
}
