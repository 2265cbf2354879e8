import { InvalidInputError } from '../../model/errors.ts';
import { quote } from '../../model/quote.ts';
import { PLACEHOLDER } from './pattern.ts';

/** A part of a glob, in the order in which it is matched. `*`, `?` and a class never match a `/`; `**` does. */
type Step =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'one'; readonly accepts: (character: string) => boolean }
  | { readonly kind: 'any'; readonly crossesSlash: boolean };

/** A glob without alternatives. */
export type Glob = readonly Step[];

/**
 * Reads `*`, `**`, `?`, `[abc]`, `[a-z]`, `[!abc]`; everything else stands for itself.
 *
 * @throws InvalidInputError for a class that is not closed, or whose range is reversed
 */
export function parseGlob(text: string): Glob {
  const steps: Step[] = [];
  for (let index = 0; index < text.length; ) {
    const end = text[index] === '[' ? classEnd(text, index) + 1 : index + partLength(text, index);
    steps.push(readStep(text, text.slice(index, end)));
    index = end;
  }
  return steps;
}

function partLength(text: string, index: number): number {
  return /^(?:\*+|\?|[^*?[]+)/.exec(text.slice(index))?.[0].length ?? 1;
}

function readStep(text: string, part: string): Step {
  if (part.startsWith('*')) return { kind: 'any', crossesSlash: part.length > 1 };
  if (part === '?') return { kind: 'one', accepts: (character) => character !== '/' };
  if (part.startsWith('[')) return { kind: 'one', accepts: readClass(text, part) };
  return { kind: 'text', text: part };
}

/** Where the character class that begins at `start` ends. */
function classEnd(text: string, start: number): number {
  // A closing bracket right at the beginning belongs to the class.
  const opening = /^\[[!^]?\]?/.exec(text.slice(start, start + 3))?.[0].length ?? 1;
  const end = text.indexOf(']', start + opening);
  if (end >= 0) return end;
  throw new InvalidInputError(`${quote(text)} opens a bracket that is not closed. Write \`[abc]\`.`);
}

function readClass(text: string, part: string): (character: string) => boolean {
  const [, negation, members = ''] = /^\[([!^]?)(.*)\]$/s.exec(part) ?? [];
  try {
    const regex = new RegExp(`[${negation ? '^/' : ''}${members.replace(/[\\\]^[]/g, '\\$&')}]`);
    return (character) => character !== '/' && regex.test(character);
  } catch (cause) {
    throw new InvalidInputError(
      `${quote(text)} has the range ${quote(part)}, which is reversed. Write for example \`[a-z]\`.`,
      { cause },
    );
  }
}

/** The texts of a glob that stand for themselves. */
export function textsOf(glob: Glob): readonly string[] {
  return glob.flatMap((step) => (step.kind === 'text' ? [step.text] : []));
}

/** Whether the glob matches the whole name. Takes at most as many steps as the glob and the name have characters, multiplied. */
export function fits(glob: Glob, name: string): boolean {
  const from = passFixed(glob, name, FORWARDS);
  if (from === NO_CUT) return false;
  const stars = glob.reduce((count, { kind }) => count + (kind === 'any' ? 1 : 0), 0);
  if (stars === 0) return from === name.length;
  const to = passFixed(glob, name, BACKWARDS);
  if (to < from) return false;
  if (stars > 1) return endsOf(glob, name).includes(name.length);
  // Most globs have one `*`, which takes all that is left.
  const slash = name.indexOf('/', from);
  return slash < 0 || slash >= to || glob.some((step) => step.kind === 'any' && step.crossesSlash);
}

/** Where the steps up to the first `*` lead; {@link NO_CUT} where they do not match. */
function passFixed(glob: Glob, name: string, direction: Direction): number {
  let cut = direction.start(name);
  for (let index = 0; index < glob.length && cut !== NO_CUT; index += 1) {
    const step = direction.step(glob, index);
    if (!step || step.kind === 'any') break;
    cut = direction.pass(step, name, cut);
  }
  return cut;
}

const NOWHERE: readonly number[] = [];

/** The lengths of all beginnings of the name that the glob matches, ascending. */
export function endsOf(glob: Glob, name: string): readonly number[] {
  return walk(glob, name, FORWARDS);
}

/** The places in the name from which the glob matches all the rest, descending. */
export function startsOf(glob: Glob, name: string): readonly number[] {
  return walk(glob, name, BACKWARDS);
}

type Fixed = Exclude<Step, { kind: 'any' }>;

/** From which end of the glob and the name the steps are taken. */
interface Direction {
  readonly start: (name: string) => number;
  readonly step: (glob: Glob, index: number) => Step | undefined;
  /** Where the step ends that begins at the cut; {@link NO_CUT} where it does not match. */
  readonly pass: (step: Fixed, name: string, cut: number) => number;
  /** Every cut from the given ones up to the next `/`, or to the end of the name, each once. */
  readonly spread: (cuts: readonly number[], name: string, crossesSlash: boolean) => readonly number[];
}

const NO_CUT = -1;

function walk(glob: Glob, name: string, direction: Direction): readonly number[] {
  // Up to the first `*` there is one cut only: most names are turned away there, before a list is made.
  const first = passFixed(glob, name, direction);
  if (first === NO_CUT) return NOWHERE;
  let cuts: readonly number[] = [first];
  let isPastStar = false;
  for (let index = 0; index < glob.length && cuts.length > 0; index += 1) {
    const step = direction.step(glob, index);
    if (step?.kind === 'any') {
      isPastStar = true;
      cuts = direction.spread(cuts, name, step.crossesSlash);
    } else if (step && isPastStar)
      cuts = cuts.map((from) => direction.pass(step, name, from)).filter((reached) => reached !== NO_CUT);
  }
  return cuts;
}

const FORWARDS: Direction = {
  start: () => 0,
  step: (glob, index) => glob[index],
  pass(step, name, cut) {
    if (step.kind === 'text') return name.startsWith(step.text, cut) ? cut + step.text.length : NO_CUT;
    return cut < name.length && step.accepts(name.charAt(cut)) ? cut + 1 : NO_CUT;
  },
  spread(cuts, name, crossesSlash) {
    const reached: number[] = [];
    for (const cut of cuts) {
      if (cut <= (reached.at(-1) ?? NO_CUT)) continue;
      const slash = crossesSlash ? -1 : name.indexOf('/', cut);
      const last = slash < 0 ? name.length : slash;
      for (let next = cut; next <= last; next += 1) reached.push(next);
    }
    return reached;
  },
};

const BACKWARDS: Direction = {
  start: (name) => name.length,
  step: (glob, index) => glob[glob.length - 1 - index],
  pass(step, name, cut) {
    if (step.kind === 'text') return name.endsWith(step.text, cut) ? cut - step.text.length : NO_CUT;
    return cut > 0 && step.accepts(name.charAt(cut - 1)) ? cut - 1 : NO_CUT;
  },
  spread(cuts, name, crossesSlash) {
    const reached: number[] = [];
    for (const cut of cuts) {
      if (cut >= (reached.at(-1) ?? name.length + 1)) continue;
      // From 0 there is nothing before, and `lastIndexOf` would look at the first character.
      const slash = crossesSlash || cut === 0 ? -1 : name.lastIndexOf('/', cut - 1);
      for (let next = cut; next > slash; next -= 1) reached.push(next);
    }
    return reached;
  },
};

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
