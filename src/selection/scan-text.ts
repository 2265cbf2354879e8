/** A piece of a text. */
export interface Piece {
  readonly text: string;
  /** Where it begins. */
  readonly start: number;
  /** Where it ends, exclusive. */
  readonly end: number;
}

type Characters = Uint8Array;

/** All that a reference to an image is made of, up to an `@` before a digest. */
const WORD = charactersOf(/[\w./:-]/);
const HEX = charactersOf(/[0-9a-f]/i);
const HEX_LENGTH = 64;

/**
 * Finds the words that hold a slash: what stands between white space, quotes and brackets. A regular expression would run out
 * of stack on a word of some millions of characters.
 */
export function* wordsWithSlash(text: string): Generator<Piece> {
  let floor = 0;
  for (let slash = text.indexOf('/'); slash !== -1; slash = text.indexOf('/', floor)) {
    const start = startOf(text, WORD, { at: slash, floor });
    const end = endOf(text, WORD, slash);
    yield { text: text.slice(start, end), start, end };
    floor = end;
  }
}

/** Finds the runs of 64 hexadecimal digits and more. One of them lies at every 64th place of a text, whatever else it holds. */
export function* hexRuns(text: string): Generator<Piece> {
  let floor = 0;
  for (let at = HEX_LENGTH - 1; at < text.length; at += HEX_LENGTH) {
    if (!isOneOf(HEX, text.charCodeAt(at))) continue;
    const start = startOf(text, HEX, { at, floor });
    const end = endOf(text, HEX, at);
    if (end - start >= HEX_LENGTH) yield { text: text.slice(start, end), start, end };
    floor = end;
    at = end;
  }
}

function startOf(
  text: string,
  characters: Characters,
  from: { readonly at: number; readonly floor: number },
): number {
  let start = from.at;
  while (start > from.floor && isOneOf(characters, text.charCodeAt(start - 1))) start -= 1;
  return start;
}

function endOf(text: string, characters: Characters, from: number): number {
  let end = from;
  while (end < text.length && isOneOf(characters, text.charCodeAt(end))) end += 1;
  return end;
}

function isOneOf(characters: Characters, code: number): boolean {
  return code < characters.length && characters[code] === 1;
}

function charactersOf(pattern: RegExp): Characters {
  return Uint8Array.from({ length: 128 }, (_, code) => (pattern.test(String.fromCharCode(code)) ? 1 : 0));
}
