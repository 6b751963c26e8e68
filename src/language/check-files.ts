import type { Fault } from '../core/errors.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { PolicyDocument } from './document.ts';
import { inOrder, parseDocuments } from './parse-documents.ts';
import { checkReferences } from './resolve/check-references.ts';
import { Context } from './resolve/context.ts';
import { Findings, type LocatedFinding } from './resolve/findings.ts';
import { refuseUnsupported } from './resolve/refuse-unsupported.ts';
import {
  type FaultAt,
  resolvePolicy,
  type Resolution,
  type Sha256,
} from './resolve/resolve-policy.ts';
import type { SourceFile } from './source/read-yaml.ts';

/** What a set of files amounts to, together with the documents that are already stored. */
export interface CheckedFiles {
  readonly documents: readonly PolicyDocument[];
  /** The effective policies of the files; one with a fault is left out. */
  readonly policies: readonly Policy[];
  /** All faults at once. Faults of form and spelling have kind `wrong`. */
  readonly faults: readonly LocatedFinding[];
  readonly warnings: readonly Fault[];
  /** Where the values of each policy come from, by its name; see `Resolution`. */
  readonly origins: ReadonlyMap<string, Resolution['origins']>;
  /** Where they are written. */
  readonly faultAt: ReadonlyMap<string, FaultAt>;
}

/**
 * Reads, checks and resolves files. `apply` refuses any fault; `lint` only those of kind `wrong`,
 * since it may not see what the server has stored and does not care which version runs there.
 */
export function checkFiles(
  files: readonly SourceFile[],
  stored: readonly PolicyDocument[],
  sha256: Sha256,
): CheckedFiles {
  const parsed = parseDocuments(files);
  const context = new Context([...stored, ...parsed.salvaged, ...parsed.documents]);
  const faults: LocatedFinding[] = parsed.faults.map((fault) => ({ ...fault, kind: 'wrong' }));
  const warnings: Fault[] = [];
  const policies: Policy[] = [];
  const origins = new Map<string, Resolution['origins']>();
  const faultAt = new Map<string, FaultAt>();
  for (const document of [...parsed.documents, ...parsed.salvaged]) {
    const checked = checkDocument(document, context, sha256);
    faults.push(...checked.faults);
    warnings.push(...checked.warnings);
    if (checked.policy !== null && parsed.documents.includes(document)) {
      policies.push(checked.policy);
      origins.set(checked.policy.name, checked.origins);
      if (checked.faultAt !== null) faultAt.set(checked.policy.name, checked.faultAt);
    }
  }
  return {
    documents: parsed.documents,
    policies,
    faults: inOrder(once(faults), files),
    warnings: inOrder(once(warnings), files),
    origins,
    faultAt,
  };
}

function checkDocument(document: PolicyDocument, context: Context, sha256: Sha256): Resolution {
  if (document.kind === 'RolloutPolicy') return resolvePolicy(document, context, sha256);
  const findings = new Findings();
  refuseUnsupported(document, findings);
  checkReferences(document, context, findings);
  const { faults, warnings } = findings;
  return { policy: null, faults, warnings, origins: new Map(), faultAt: null };
}

/** A fault in a profile is found again by every policy that uses it. */
function once<F extends Fault>(faults: readonly F[]): F[] {
  const key = ({ file, line, column, message }: F) => JSON.stringify([file, line, column, message]);
  return [...new Map(faults.map((fault) => [key(fault), fault] as const)).values()];
}
