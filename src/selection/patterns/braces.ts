import { InvalidInputError } from '../../model/errors.ts';
import { quote } from '../../model/quote.ts';
import { classEnd } from './glob.ts';
import { PLACEHOLDER } from './pattern.ts';

const MOST_ALTERNATIVES = 1000;

/**
 * Expands `{a,b}`, also nested, into globs without alternatives. Placeholders such as `{pr}` stand as they are.
 *
 * @throws InvalidInputError for a brace without its other half, and for more than 1,000 alternatives
 */
export function expandBraces(glob: string): readonly string[] {
  const expanded = new Set<string>();
  const open = [glob];
  for (let steps = 0; ; steps += 1) {
    const next = open.pop();
    if (next === undefined) return [...expanded];
    const brace = findBrace(next);
    if (brace) {
      open.push(
        ...brace.choices.map((choice) => next.slice(0, brace.start) + choice + next.slice(brace.end + 1)),
      );
    } else expanded.add(next);
    if (open.length + expanded.size > MOST_ALTERNATIVES || steps > 2 * MOST_ALTERNATIVES) throw tooMany(glob);
  }
}

interface Brace {
  readonly start: number;
  readonly end: number;
  readonly choices: readonly string[];
}

const AT_PLACEHOLDER = new RegExp(`^${PLACEHOLDER.source}`);

/** The first pair of braces that holds alternatives, with its parts at the outermost commas. */
function findBrace(glob: string): Brace | undefined {
  for (let start = 0; start < glob.length; start += 1) {
    const placeholder = AT_PLACEHOLDER.exec(glob.slice(start));
    if (placeholder) start += placeholder[0].length - 1;
    else if (glob[start] === '[') start = classEnd(glob, start);
    else if (glob[start] === '{') return splitBrace(glob, start);
    else if (glob[start] === '}') {
      throw new InvalidInputError(`${quote(glob)} closes a brace that was not opened. Write \`{a,b}\`.`);
    }
  }
  return undefined;
}

function splitBrace(glob: string, start: number): Brace {
  const choices: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let index = start; index < glob.length; index += 1) {
    const character = glob[index];
    if (character === '[') index = classEnd(glob, index);
    else if (character === '{') depth += 1;
    else if (character === '}') depth -= 1;
    if ((character === ',' && depth === 1) || depth === 0) {
      choices.push(glob.slice(from, index));
      from = index + 1;
    }
    if (depth > 0) continue;
    if (choices.length === 1) throw noChoice(glob, choices[0] ?? '');
    return { start, end: index, choices };
  }
  throw new InvalidInputError(`${quote(glob)} opens a brace that is not closed. Write \`{a,b}\`.`);
}

function noChoice(glob: string, content: string): InvalidInputError {
  return new InvalidInputError(
    `${quote(glob)} has ${quote(`{${content}}`)}, which has only one alternative. Write several such as \`{a,b}\`, or a placeholder: \`{pr}\`, \`{branch}\`, \`{commit}\` or \`{group}\`.`,
  );
}

function tooMany(glob: string): InvalidInputError {
  return new InvalidInputError(
    `${quote(glob)} expands to more than ${MOST_ALTERNATIVES} patterns. Write fewer alternatives in braces.`,
  );
}
