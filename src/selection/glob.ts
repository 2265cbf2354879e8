import { InvalidInputError } from './invalid.ts';

/** A glob without alternatives may stand for so many after its braces are expanded. */
const MOST_ALTERNATIVES = 1000;

/** Escapes a character that a regular expression would read as syntax. */
function literal(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/**
 * Expands `{a,b}`, also nested, into globs without braces. `{pr}` and `{branch}` stand as they are.
 *
 * @throws InvalidInputError for a brace without its other half, and for more than 1,000 alternatives
 */
export function expandBraces(glob: string): readonly string[] {
  const open = findBrace(glob);
  if (open === undefined) return [glob];
  const { start, end, choices } = open;
  const expanded = choices.flatMap((choice) =>
    expandBraces(glob.slice(0, start) + choice + glob.slice(end + 1)),
  );
  if (expanded.length > MOST_ALTERNATIVES)
    throw new InvalidInputError(
      `${JSON.stringify(glob)} stands for more than ${MOST_ALTERNATIVES} patterns. Write fewer alternatives in braces.`,
    );
  return [...new Set(expanded)];
}

interface Brace {
  readonly start: number;
  readonly end: number;
  readonly choices: readonly string[];
}

/** The first pair of braces that holds alternatives, with its parts at the outermost commas. */
function findBrace(glob: string): Brace | undefined {
  for (let start = 0; start < glob.length; start += 1) {
    const placeholder = /^\{(pr|branch)\}/.exec(glob.slice(start));
    if (placeholder) start += placeholder[0].length - 1;
    else if (glob[start] === '[') start = classEnd(glob, start);
    else if (glob[start] === '}')
      throw new InvalidInputError(
        `${JSON.stringify(glob)} closes a brace that was not opened. Write \`{a,b}\`.`,
      );
    else if (glob[start] === '{') return splitBrace(glob, start);
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
    if (choices.length === 1)
      throw new InvalidInputError(
        `${JSON.stringify(glob)} has \`{${choices[0]}}\`, which is no choice. Write \`{a,b}\`, or one of the placeholders \`{pr}\` and \`{branch}\`.`,
      );
    return { start, end: index, choices };
  }
  throw new InvalidInputError(`${JSON.stringify(glob)} opens a brace that is not closed. Write \`{a,b}\`.`);
}

/** Where the character class that begins at `start` ends. */
function classEnd(glob: string, start: number): number {
  // A closing bracket right at the beginning belongs to the class.
  const first = /^\[[!^]?\]?/.exec(glob.slice(start))?.[0].length ?? 1;
  const end = glob.indexOf(']', start + first);
  if (end < 0)
    throw new InvalidInputError(
      `${JSON.stringify(glob)} opens a bracket that is not closed. Write \`[abc]\`.`,
    );
  return end;
}

/**
 * The regular expression of a glob without braces, not anchored: `*`, `?`, `[abc]`, `[a-z]`, `[!abc]`.
 *
 * @param any - what `*` and `?` stand for, such as `.`
 */
export function globSource(glob: string, any: string): string {
  let source = '';
  for (let index = 0; index < glob.length; index += 1) {
    const character = glob[index] ?? '';
    if (character === '*') source += source.endsWith('*') && glob[index - 1] === '*' ? '' : `${any}*`;
    else if (character === '?') source += any;
    else if (character === '[') {
      const end = classEnd(glob, index);
      source += classSource(glob, glob.slice(index + 1, end));
      index = end;
    } else source += literal(character);
  }
  return source;
}

function classSource(glob: string, content: string): string {
  const negated = /^[!^]/.test(content);
  const members = (negated ? content.slice(1) : content).replace(/[\\\]^[]/g, '\\$&');
  try {
    const source = `[${negated ? '^' : ''}${members}]`;
    new RegExp(source);
    return source;
  } catch (cause) {
    throw new InvalidInputError(
      `${JSON.stringify(glob)} has the range \`[${content}]\`, which is upside down. Write for example \`[a-z]\`.`,
      { cause },
    );
  }
}
