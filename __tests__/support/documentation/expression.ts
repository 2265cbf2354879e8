import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import type { FunctionDefinition } from '@actions/expressions/funcs/info';

/** What expressions may name: `secrets`, `inputs`, `github` and so on. */
export type Contexts = Readonly<Record<string, Value>>;

export type Value = string | number | boolean | { readonly [name: string]: Value | undefined };

const always =
  (answer: boolean): FunctionDefinition['call'] =>
  () =>
    new data.BooleanData(answer);

const STATUS_FUNCTIONS: readonly FunctionDefinition[] = [
  { name: 'success', minArgs: 0, maxArgs: 0, call: always(true) },
  { name: 'always', minArgs: 0, maxArgs: 0, call: always(true) },
  { name: 'cancelled', minArgs: 0, maxArgs: 0, call: always(false) },
  { name: 'failure', minArgs: 0, maxArgs: 0, call: always(false) },
];

/** Evaluates an expression as a runner does in a job that went well so far. */
export function evaluate(expression: string, contexts: Contexts): data.ExpressionData {
  const functions = new Map(STATUS_FUNCTIONS.map((info) => [info.name, info]));
  const parser = new Parser(new Lexer(expression).lex().tokens, Object.keys(contexts), [
    ...functions.values(),
  ]);
  return new Evaluator(parser.parse(), dictionary(contexts), functions).evaluate();
}

/** Replaces every `${{ expression }}` of a text by its value. */
export function expand(text: string, contexts: Contexts): string {
  return text.replaceAll(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) =>
    evaluate(expression, contexts).coerceString(),
  );
}

function dictionary(values: { readonly [name: string]: Value | undefined }): data.Dictionary {
  const pairs = Object.entries(values).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: expressionData(value) }],
  );
  return new data.Dictionary(...pairs);
}

function expressionData(value: Value): data.ExpressionData {
  if (typeof value === 'string') return new data.StringData(value);
  if (typeof value === 'number') return new data.NumberData(value);
  if (typeof value === 'boolean') return new data.BooleanData(value);
  return dictionary(value);
}
