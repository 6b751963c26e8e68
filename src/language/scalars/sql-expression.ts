import { CrossfadeError } from '../../core/errors.ts';
import { mentionedNames } from '../../core/schema-migration/expression.ts';
import { text } from './name.ts';

/** One SQL expression, and nothing that would end it or hide what comes after it. */
export const sqlExpression = text.superRefine((sql, context) => {
  try {
    mentionedNames(sql, 'this');
  } catch (fault) {
    if (!(fault instanceof CrossfadeError)) throw fault;
    // A query is an expression, too; that this version carries out none is said where that is checked.
    if (fault.code !== 'invalidInput') return;
    context.addIssue({ code: 'custom', message: fault.message.replace(/\.$/, '') });
  }
});
