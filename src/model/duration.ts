import { InvalidInputError } from './errors.ts';
import { quote } from './quote.ts';

export interface Duration {
  /** As the user wrote it. */
  readonly text: string;
  readonly seconds: number;
}

const SECONDS = { s: 1, min: 60, h: 3600, d: 86_400, w: 604_800 } as const;
type Unit = keyof typeof SECONDS;

const LONGEST_SECONDS = 100 * 365 * SECONDS.d;
const LONGEST_TEXT = 100;

/**
 * Reads `30d`, or several parts such as `1w 3d`: whole numbers with the units `s`, `min`, `h`, `d`, `w`, each once.
 *
 * @throws InvalidInputError, for `6m` too, which could be minutes or months, and for more than 100 years
 */
export function parseDuration(text: string): Duration {
  if (text.length > LONGEST_TEXT || !/^\s*(\d+\s*[a-z]+\s*)+$/i.test(text)) throw unreadable(text);
  const seconds = new Map<Unit, number>();
  for (const [, digits = '', unit = ''] of text.matchAll(/(\d+)\s*([a-z]+)/gi)) {
    if (/^m$/i.test(unit)) throw ambiguous(text, digits);
    if (!isUnit(unit)) throw unreadable(text);
    if (seconds.has(unit)) {
      throw new InvalidInputError(`${quote(text)} has the unit \`${unit}\` twice. Write each unit once.`);
    }
    seconds.set(unit, Number(digits) * SECONDS[unit]);
  }
  const total = [...seconds.values()].reduce((sum, part) => sum + part, 0);
  if (total > LONGEST_SECONDS) {
    throw new InvalidInputError(`${quote(text)} is more than 100 years. Write a shorter duration.`);
  }
  if (total === 0) {
    throw new InvalidInputError(`${quote(text)} is zero. Write a longer duration, or leave it out.`);
  }
  return { text: text.trim().replace(/\s+/g, ' '), seconds: total };
}

function isUnit(unit: string): unit is Unit {
  return Object.hasOwn(SECONDS, unit);
}

function ambiguous(text: string, digits: string): InvalidInputError {
  return new InvalidInputError(
    `${quote(text)} is ambiguous: \`m\` could be minutes or months. Write \`${digits}min\`, or days such as \`180d\`.`,
  );
}

function unreadable(text: string): InvalidInputError {
  return new InvalidInputError(
    `${quote(text)} is not a valid duration. Write a whole number and a unit (\`s\`, \`min\`, \`h\`, \`d\`, \`w\`), such as \`30d\` or \`1w 3d\`.`,
  );
}
