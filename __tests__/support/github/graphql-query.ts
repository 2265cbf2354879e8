/** A field that a query asks for, with what it asks of it. */
export interface Field {
  readonly kind: 'field';
  readonly alias: string;
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly selection: readonly Selection[];
}

/** `... on Commit { … }`, or `...name` with its definition put in. */
export interface Spread {
  readonly kind: 'spread';
  readonly on: string;
  readonly selection: readonly Selection[];
}

export type Selection = Field | Spread;

/** A query that cannot be understood; GitHub answers such a one with errors and no data. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
}

interface Fragment {
  readonly on: string;
  readonly selection: readonly Unspread[];
}

type Unspread =
  | { readonly kind: 'fragment'; readonly name: string }
  | { readonly kind: 'inline'; readonly on: string; readonly selection: readonly Unspread[] }
  | (Omit<Field, 'selection'> & { readonly selection: readonly Unspread[] });

/** Reads a query: as much of the language as the action uses. */
export function parseQuery(text: string, variables: Readonly<Record<string, unknown>>): readonly Selection[] {
  return new Parser(text, variables).parse();
}

class Parser {
  readonly #tokens: string[];
  readonly #given: Readonly<Record<string, unknown>>;
  readonly #variables = new Map<string, unknown>();
  readonly #fragments = new Map<string, Fragment>();

  constructor(text: string, variables: Readonly<Record<string, unknown>>) {
    this.#tokens = text.match(/"[^"]*"|\.\.\.|[\w$]+|[^\s,\w]/g) ?? [];
    this.#given = variables;
  }

  parse(): readonly Selection[] {
    this.#expect('query');
    if (this.#isNext('(')) this.#declareVariables();
    const operation = this.#selection();
    while (this.#tokens.length > 0) {
      this.#expect('fragment');
      const name = this.#next();
      this.#expect('on');
      this.#fragments.set(name, { on: this.#next(), selection: this.#selection() });
    }
    return this.#spread(operation);
  }

  #declareVariables(): void {
    this.#expect('(');
    while (!this.#isNext(')')) {
      const name = this.#next();
      this.#expect(':');
      const type = this.#next();
      const isNeeded = this.#isNext('!');
      if (isNeeded) this.#next();
      const value = this.#given[name.slice(1)] ?? null;
      const fits =
        value === null
          ? !isNeeded
          : type === 'Int'
            ? Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31
            : typeof value === 'string';
      if (!fits) throw new QueryError(`Variable ${name} of type ${type} was provided invalid value`);
      this.#variables.set(name, value);
    }
    this.#next();
  }

  #selection(): readonly Unspread[] {
    const selection: Unspread[] = [];
    this.#expect('{');
    while (!this.#isNext('}')) selection.push(this.#isNext('...') ? this.#fragment() : this.#field());
    this.#next();
    return selection;
  }

  #fragment(): Unspread {
    this.#next();
    const name = this.#next();
    if (name !== 'on') return { kind: 'fragment', name };
    return { kind: 'inline', on: this.#next(), selection: this.#selection() };
  }

  #field(): Unspread {
    const alias = this.#next();
    const isAliased = this.#isNext(':');
    if (isAliased) this.#next();
    const name = isAliased ? this.#next() : alias;
    const given: Record<string, unknown> = {};
    if (this.#isNext('(')) {
      this.#next();
      while (!this.#isNext(')')) {
        const argument = this.#next();
        this.#expect(':');
        given[argument] = this.#value(this.#next());
      }
      this.#next();
    }
    const selection = this.#isNext('{') ? this.#selection() : [];
    return { kind: 'field', alias, name, arguments: given, selection };
  }

  #value(token: string): unknown {
    if (token.startsWith('"')) return token.slice(1, -1);
    if (/^\d+$/.test(token)) return Number(token);
    // A value of an enumeration.
    if (/^[A-Z_]+$/.test(token)) return token;
    if (!this.#variables.has(token)) throw new QueryError(`Variable ${token} is used but not declared`);
    return this.#variables.get(token);
  }

  #spread(selection: readonly Unspread[]): readonly Selection[] {
    return selection.map((part) => {
      if (part.kind === 'inline')
        return { kind: 'spread', on: part.on, selection: this.#spread(part.selection) };
      if (part.kind === 'field') return { ...part, selection: this.#spread(part.selection) };
      const fragment = this.#fragments.get(part.name);
      if (!fragment) throw new QueryError(`Fragment ${part.name} was used, but not defined`);
      return { kind: 'spread', on: fragment.on, selection: this.#spread(fragment.selection) };
    });
  }

  #isNext(token: string): boolean {
    if (this.#tokens.length === 0) throw new QueryError('Unexpected end of document');
    return this.#tokens[0] === token;
  }

  #expect(token: string): void {
    const found = this.#next();
    if (found !== token) throw new QueryError(`Expected ${token}, found ${found}`);
  }

  #next(): string {
    const token = this.#tokens.shift();
    if (token === undefined) throw new QueryError('Unexpected end of document');
    return token;
  }
}

/**
 * What a query costs: the requests for each connection in it, divided by 100.
 *
 * Source: https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
 */
export function costOf(selection: readonly Selection[]): number {
  return Math.max(1, Math.round(requestsFor(selection, 1) / 100));
}

function requestsFor(selection: readonly Selection[], times: number): number {
  return selection.reduce((sum, part) => {
    const first = part.kind === 'field' ? part.arguments['first'] : undefined;
    if (typeof first !== 'number') return sum + requestsFor(part.selection, times);
    if (first < 1 || first > 100) throw new QueryError('`first` must be within 1 and 100');
    return sum + times + requestsFor(part.selection, times * first);
  }, 0);
}
