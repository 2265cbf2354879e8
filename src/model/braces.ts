import { refusal } from './errors.ts';

const MOST_ALTERNATIVES = 1000;

/** What stands side by side, each in all its spellings. */
type Parts = (readonly string[])[];

/**
 * What braces with commas stand for, also nested: `a.yaml` and `b.yaml` for `{a,b}.yaml`. Braces without a comma, or without
 * their other half, stand for themselves.
 *
 * @param tokens - the text in pieces; a brace or a comma that separates is one by itself
 * @throws InvalidInputError for more than a thousand
 */
export function expandBraces(text: string, tokens: readonly string[]): readonly string[] {
  const join = (parts: Parts): readonly string[] =>
    parts.reduce(
      (beginnings, endings) => {
        if (beginnings.length * endings.length <= MOST_ALTERNATIVES)
          return beginnings.flatMap((beginning) => endings.map((ending) => beginning + ending));
        throw refusal(
          text,
          `expands to more than ${MOST_ALTERNATIVES} patterns. Write fewer alternatives in braces.`,
        );
      },
      [''],
    );
  const whole: Parts = [];
  /** The braces that are open, each with its alternatives so far. */
  const open: Parts[][] = [];
  const add = (...parts: Parts) => (open.at(-1)?.at(-1) ?? whole).push(...parts);
  for (const token of tokens) {
    const alternatives = open.at(-1);
    if (token === '{') open.push([[]]);
    else if (token === ',' && alternatives) alternatives.push([]);
    else if (token === '}' && alternatives) {
      open.pop();
      const [only = [], ...others] = alternatives;
      if (others.length === 0) add(['{'], ...only, ['}']);
      else add([...new Set(alternatives.flatMap(join))]);
    } else add([token]);
  }
  for (const alternatives of open)
    for (const [index, parts] of alternatives.entries()) whole.push([index === 0 ? '{' : ','], ...parts);
  return join(whole);
}
