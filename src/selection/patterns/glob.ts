import { InvalidInputError } from '../../model/invalid-input.ts';
import { quote } from '../../model/quote.ts';

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
export function classEnd(text: string, start: number): number {
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

/** Whether the glob matches the whole name. Takes at most as many steps as the glob and the name have characters, multiplied. */
export function fits(glob: Glob, name: string): boolean {
  return endsOf(glob, name).includes(name.length);
}

/** The lengths of all beginnings of the name that the glob matches, ascending. */
export function endsOf(glob: Glob, name: string): readonly number[] {
  let cuts: readonly number[] = [0];
  for (const step of glob) {
    if (cuts.length === 0) break;
    cuts = step.kind === 'any' ? spread(cuts, name, step.crossesSlash) : advance(cuts, step, name);
  }
  return cuts;
}

/** The places in the name from which the glob, {@link mirrored}, matches all the rest. */
export function startsOf(mirroredGlob: Glob, name: string): readonly number[] {
  return endsOf(mirroredGlob, reversed(name)).map((length) => name.length - length);
}

function advance(
  cuts: readonly number[],
  step: Exclude<Step, { kind: 'any' }>,
  name: string,
): readonly number[] {
  const reached: number[] = [];
  for (const cut of cuts) {
    if (step.kind === 'text') {
      if (name.startsWith(step.text, cut)) reached.push(cut + step.text.length);
    } else if (cut < name.length && step.accepts(name.charAt(cut))) reached.push(cut + 1);
  }
  return reached;
}

/** Every cut from the given ones (ascending) up to the next `/`, or to the end, each once. */
function spread(cuts: readonly number[], name: string, crossesSlash: boolean): readonly number[] {
  const reached: number[] = [];
  for (const cut of cuts) {
    if (cut <= (reached.at(-1) ?? -1)) continue;
    const slash = crossesSlash ? -1 : name.indexOf('/', cut);
    const last = slash < 0 ? name.length : slash;
    for (let next = cut; next <= last; next += 1) reached.push(next);
  }
  return reached;
}

/** The glob that matches the same names read backwards. */
export function mirrored(glob: Glob): Glob {
  return glob
    .map((step) => (step.kind === 'text' ? { kind: step.kind, text: reversed(step.text) } : step))
    .toReversed();
}

function reversed(text: string): string {
  let result = '';
  for (const character of text) result = character + result;
  return result;
}
