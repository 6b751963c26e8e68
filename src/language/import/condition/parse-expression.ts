/** A condition as it is written, without its meaning. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'index'; readonly of: Expression; readonly index: Expression }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] };

/** Why a condition cannot be a guard. Never leaves this folder as an exception. */
export class Inexpressible extends Error {}

const pattern =
  /\s+|(?<number>\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)|(?<name>[A-Za-z_]\w*|#)|(?<sign>&&|\|\||==|!=|<=|>=|[-+*/<>!()[\]{},])|(?<other>[\s\S])/gy;

interface Token {
  readonly kind: 'number' | 'name' | 'sign';
  readonly text: string;
}

/** From the loosest to the tightest; each level associates to the left. */
const levels: readonly (readonly string[])[] = [
  ['||', 'or'],
  ['&&', 'and'],
  ['==', '!=', '<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/'],
];

const words: Readonly<Record<string, string>> = { or: '||', and: '&&', not: '!' };

/** Far more than a person writes, and far less than the stack holds. */
const limits = { characters: 2048, depth: 64 } as const;

/**
 * Reads the part of expr-lang (the language of Argo's conditions) that can speak of one number.
 * @throws Inexpressible what stands there that is not in this part.
 */
export function parseExpression(text: string): Expression {
  if (text.length > limits.characters) {
    throw new Inexpressible(`it is longer than ${limits.characters} characters`);
  }
  const parser = new Parser(tokensOf(text));
  const expression = parser.level(0);
  parser.end();
  return expression;
}

function tokensOf(text: string): readonly Token[] {
  return [...text.matchAll(pattern)].flatMap(({ groups = {} }): Token[] => {
    const { number, name, sign, other } = groups;
    if (other !== undefined) throw new Inexpressible(`\`${other}\` is not understood here`);
    if (number !== undefined) return [{ kind: 'number', text: number }];
    if (name !== undefined) return [{ kind: 'name', text: name }];
    return sign === undefined ? [] : [{ kind: 'sign', text: sign }];
  });
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  level(depth: number): Expression {
    const operators = levels[depth];
    if (operators === undefined) return this.#unary();
    let left = this.level(depth + 1);
    for (let next = this.#next(); operators.includes(next); next = this.#next()) {
      this.#at += 1;
      const operator = words[next] ?? next;
      left = { kind: 'binary', operator, left, right: this.level(depth + 1) };
    }
    return left;
  }

  end(): void {
    if (this.#at < this.#tokens.length) this.#unexpected();
  }

  #unary(): Expression {
    const sign = this.#next();
    if (!['!', 'not', '-', '+'].includes(sign)) return this.#postfix();
    this.#at += 1;
    const operand = this.#nested(() => this.#unary());
    return { kind: 'unary', operator: words[sign] ?? sign, operand };
  }

  #postfix(): Expression {
    let found = this.#primary();
    while (this.#next() === '[') {
      this.#at += 1;
      const index = this.#nested(() => this.level(0));
      this.#take(']');
      found = { kind: 'index', of: found, index };
    }
    return found;
  }

  #primary(): Expression {
    const token = this.#tokens[this.#at];
    if (token?.kind === 'number') {
      this.#at += 1;
      return { kind: 'number', value: Number(token.text.replaceAll('_', '')) };
    }
    if (token?.kind === 'name') {
      this.#at += 1;
      return this.#next() === '(' ? this.#call(token.text) : { kind: 'name', name: token.text };
    }
    // The body of `all` and its like may stand in braces.
    const closing = token?.text === '(' ? ')' : token?.text === '{' ? '}' : null;
    if (closing === null) return this.#unexpected();
    this.#at += 1;
    const inner = this.#nested(() => this.level(0));
    this.#take(closing);
    return inner;
  }

  #call(name: string): Expression {
    this.#take('(');
    const args: Expression[] = [];
    while (this.#next() !== ')') {
      if (args.length > 0) this.#take(',');
      args.push(this.#nested(() => this.level(0)));
    }
    this.#take(')');
    return { kind: 'call', name, args };
  }

  #nested(read: () => Expression): Expression {
    this.#depth += 1;
    if (this.#depth > limits.depth) throw new Inexpressible('it is nested too deep');
    const found = read();
    this.#depth -= 1;
    return found;
  }

  #next(): string {
    return this.#tokens[this.#at]?.text ?? '';
  }

  #take(text: string): void {
    if (this.#next() !== text) this.#unexpected();
    this.#at += 1;
  }

  #unexpected(): never {
    const found = this.#next();
    throw new Inexpressible(
      found === '' ? 'it ends too early' : `\`${found}\` is not understood where it stands`,
    );
  }
}
