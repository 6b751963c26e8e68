import type { Finding } from './finding.ts';
import { rules } from './rules.ts';
import type { Comment, Statement } from './statement.ts';

/** `-- crossfade: ignore RULE because REASON`, above the statement that it is about. */
interface Exception extends Comment {
  readonly rule: string;
  readonly reason: string;
}

const marked = /^--\s*crossfade:\s*ignore\b\s*(\S*)\s*(?:because\s+(.*\S))?/;

function exceptionsTo({ comments }: Statement): readonly Exception[] {
  return comments.flatMap((comment): readonly Exception[] => {
    const match = marked.exec(comment.text);
    if (match === null) return [];
    const [, rule = '', reason = ''] = match;
    return [{ ...comment, rule, reason }];
  });
}

/** Findings without those that the author has answered, and with what is wrong with the answers. */
export function withoutExceptions(
  findings: readonly Finding[],
  statement: Statement,
): readonly Finding[] {
  const exceptions = exceptionsTo(statement);
  const isAnswered = ({ rule }: Finding): boolean =>
    exceptions.some((exception) => exception.rule === rule && exception.reason !== '');
  const wrong = exceptions.flatMap((exception) => wrongWith(exception, findings) ?? []);
  return [...wrong, ...findings.filter((finding) => !isAnswered(finding))];
}

function wrongWith(
  { rule, reason, place }: Exception,
  findings: readonly Finding[],
): Finding | null {
  const said = (message: string): Finding => ({
    rule: 'ignore',
    severity: 'error',
    place,
    message,
    safe: '-- crossfade: ignore RULE because REASON',
  });
  if (!rules.some(({ name }) => name === rule))
    return said(`there is no rule ${rule || 'without a name'}`);
  if (reason === '') return said(`says no reason why ${rule} may be left out`);
  const isNeeded = findings.some((finding) => finding.rule === rule);
  return isNeeded ? null : { ...said(`${rule} has nothing to say here`), severity: 'warning' };
}
