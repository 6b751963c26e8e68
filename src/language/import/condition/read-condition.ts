import { Inexpressible, parseExpression, type Expression } from './parse-expression.ts';
import {
  complement,
  everyNumber,
  intersect,
  noNumber,
  numbersThat,
  unite,
  type Comparison,
  type Region,
} from './region.ts';

/** What a condition speaks of: the one result, or all or any of several. */
export type Over = 'value' | 'all' | 'any';

/** For which finite results a condition holds. */
export interface Condition {
  readonly over: Over;
  readonly region: Region;
  /** Functions in it that speak of more than finite numbers: what they say is lost. */
  readonly mentions: readonly string[];
}

/** A truth that does not depend on the value is over nothing and joins with any other. */
interface Truth {
  readonly over: Over | null;
  readonly region: Region;
}

/** `slope` × result + `offset`. */
interface Linear {
  readonly slope: number;
  readonly offset: number;
}

/**
 * Reads a condition of Argo's: expr-lang over `result`. It is read by what it means, not by its
 * form: `1 - result[0] < 0.05` and `!(result[0] <= 0.95)` are one condition.
 * @returns the condition, or why a guard cannot say it.
 */
export function readCondition(text: string): Condition | string {
  const reader = new Reader();
  try {
    const { over, region } = reader.truth(parseExpression(text));
    return { over: over ?? 'value', region, mentions: [...reader.mentions] };
  } catch (error) {
    if (error instanceof Inexpressible) return error.message;
    throw error;
  }
}

const comparisons: readonly string[] = ['<', '<=', '>', '>=', '==', '!='];
const mirrored: Readonly<Record<Comparison, Comparison>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '==': '==',
  '!=': '!=',
};

/** About results that are no finite number: such a result never reaches a guard's limits. */
const aboutOthers = ['isNaN', 'isInf', 'isNil'];

const quantifiers: Readonly<Record<string, { over: Over; negated: boolean }>> = {
  all: { over: 'all', negated: false },
  any: { over: 'any', negated: false },
  none: { over: 'all', negated: true },
};

class Reader {
  readonly mentions = new Set<string>();
  /** True in the body of `all` and its like, where `#` is the result. */
  #inBody = false;

  truth(expression: Expression): Truth {
    switch (expression.kind) {
      case 'name':
        if (expression.name === 'true') return { over: null, region: everyNumber };
        if (expression.name === 'false') return { over: null, region: noNumber };
        throw new Inexpressible(`\`${expression.name}\` alone is no condition`);
      case 'unary':
        if (expression.operator !== '!') break;
        return not(this.truth(expression.operand));
      case 'binary':
        return this.#binary(expression.operator, expression.left, expression.right);
      case 'call':
        return this.#call(expression.name, expression.args);
      case 'number':
      case 'index':
        break;
    }
    throw new Inexpressible('it is no comparison');
  }

  #binary(operator: string, left: Expression, right: Expression): Truth {
    if (operator === '&&' || operator === '||') {
      return join(operator, this.truth(left), this.truth(right));
    }
    if (!comparisons.includes(operator)) throw new Inexpressible('it is no comparison');
    const comparison = operator as Comparison;
    if (isLength(left)) return this.#length(comparison, right);
    if (isLength(right)) return this.#length(mirrored[comparison], left);
    if (isNil(left) || isNil(right)) {
      this.mentions.add('nil');
      return { over: null, region: comparison === '!=' ? everyNumber : noNumber };
    }
    return this.#compare(comparison, this.#linear(left), this.#linear(right));
  }

  #compare(comparison: Comparison, left: Linear, right: Linear): Truth {
    const slope = left.slope - right.slope;
    const rest = right.offset - left.offset;
    if (slope === 0) throw new Inexpressible('it compares no result with a number');
    const limit = Number((rest / slope).toPrecision(12));
    if (!Number.isFinite(limit)) throw new Inexpressible('its limit is no number');
    const region = numbersThat(slope < 0 ? mirrored[comparison] : comparison, limit + 0);
    return { over: 'value', region };
  }

  /** A guard's query has one result or none, and none is `noData`. */
  #length(comparison: Comparison, against: Expression): Truth {
    this.mentions.add('len');
    if (against.kind !== 'number') throw new Inexpressible('`len` is compared with no number');
    const holds = numbersThat(comparison, against.value).some(
      ({ low, lowOpen, high, highOpen }) =>
        (lowOpen ? low < 1 : low <= 1) && (highOpen ? high > 1 : high >= 1),
    );
    return { over: null, region: holds ? everyNumber : noNumber };
  }

  #call(name: string, args: readonly Expression[]): Truth {
    const [first, body] = args;
    if (aboutOthers.includes(name) && args.length === 1) {
      this.mentions.add(name);
      return { over: null, region: noNumber };
    }
    const quantifier = quantifiers[name];
    if (quantifier === undefined || first === undefined || body === undefined) {
      throw new Inexpressible(`\`${name}(…)\` is no limit of a number`);
    }
    if (this.#inBody || !isResult(first)) {
      throw new Inexpressible(`\`${name}\` is over something else than \`result\``);
    }
    this.#inBody = true;
    const { region } = this.truth(body);
    this.#inBody = false;
    return { over: quantifier.over, region: quantifier.negated ? complement(region) : region };
  }

  #linear(expression: Expression): Linear {
    switch (expression.kind) {
      case 'number':
        return { slope: 0, offset: expression.value };
      case 'name':
        if (expression.name === (this.#inBody ? '#' : 'result')) return { slope: 1, offset: 0 };
        throw new Inexpressible(`\`${expression.name}\` is not the result of the query`);
      case 'index':
        return this.#item(expression.of, expression.index);
      case 'unary':
        return this.#signed(expression.operator, expression.operand);
      case 'binary':
        return arithmetic(
          expression.operator,
          this.#linear(expression.left),
          this.#linear(expression.right),
        );
      case 'call':
        return this.#converted(expression.name, expression.args);
    }
  }

  #item(of: Expression, index: Expression): Linear {
    const isFirst = index.kind === 'number' && index.value === 0;
    if (this.#inBody || !isResult(of) || !isFirst) {
      throw new Inexpressible('it reads something else than `result` or `result[0]`');
    }
    return { slope: 1, offset: 0 };
  }

  #signed(operator: string, operand: Expression): Linear {
    if (operator === '!') throw new Inexpressible('`!` stands before a number');
    const factor = operator === '-' ? -1 : 1;
    return arithmetic('*', { slope: 0, offset: factor }, this.#linear(operand));
  }

  #converted(name: string, args: readonly Expression[]): Linear {
    const [first] = args;
    const known = args.length === (name === 'default' ? 2 : 1);
    if (first === undefined || !known || !['default', 'asInt', 'asFloat'].includes(name)) {
      throw new Inexpressible(`\`${name}(…)\` is no number here`);
    }
    if (name !== 'asFloat') this.mentions.add(name);
    return this.#linear(first);
  }
}

function arithmetic(operator: string, left: Linear, right: Linear): Linear {
  switch (operator) {
    case '+':
      return { slope: left.slope + right.slope, offset: left.offset + right.offset };
    case '-':
      return { slope: left.slope - right.slope, offset: left.offset - right.offset };
    case '*': {
      const [factor, other] = left.slope === 0 ? [left, right] : [right, left];
      if (factor.slope !== 0) break;
      return { slope: factor.offset * other.slope, offset: factor.offset * other.offset };
    }
    case '/':
      if (right.slope !== 0 || right.offset === 0) break;
      return { slope: left.slope / right.offset, offset: left.offset / right.offset };
  }
  throw new Inexpressible(`\`${operator}\` gives more than a multiple of the result`);
}

function not({ over, region }: Truth): Truth {
  const opposite = { all: 'any', any: 'all', value: 'value' } as const;
  return { over: over === null ? null : opposite[over], region: complement(region) };
}

function join(operator: '&&' | '||', left: Truth, right: Truth): Truth {
  const over = left.over ?? right.over;
  const region = (operator === '&&' ? intersect : unite)(left.region, right.region);
  const other = right.over ?? left.over;
  // "All below 5, or all above 9" is not "each below 5 or above 9".
  const distributes = over === 'value' || (over === 'all') === (operator === '&&');
  if (over === other && (left.over === null || right.over === null || distributes)) {
    return { over, region };
  }
  throw new Inexpressible('it mixes conditions on one and on several results');
}

function isLength(expression: Expression): boolean {
  return (
    expression.kind === 'call' &&
    expression.name === 'len' &&
    expression.args.length === 1 &&
    expression.args.every(isResult)
  );
}

function isNil(expression: Expression): boolean {
  return expression.kind === 'name' && expression.name === 'nil';
}

function isResult(expression: Expression): boolean {
  return expression.kind === 'name' && expression.name === 'result';
}
