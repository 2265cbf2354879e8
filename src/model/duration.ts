import { InvalidInputError } from './errors.ts';
import { quote } from './quote.ts';

export interface Duration {
  /** As the user wrote it. */
  readonly text: string;
  readonly seconds: number;
}

/** How old a tag must be: longer ago than a duration, or before a date. */
export type Age =
  | ({ readonly kind: 'duration' } & Duration)
  | {
      readonly kind: 'date';
      /** Such as `2026-04-01`. */
      readonly text: string;
      /** When that day begins, in UTC, in Unix seconds. */
      readonly before: number;
    };

const UNITS = [
  { names: ['s', 'second', 'seconds'], seconds: 1 },
  { names: ['min', 'minute', 'minutes'], seconds: 60 },
  { names: ['h', 'hour', 'hours'], seconds: 3600 },
  { names: ['d', 'day', 'days'], seconds: 86_400 },
  { names: ['w', 'week', 'weeks'], seconds: 604_800 },
  { names: ['mo', 'month', 'months'], seconds: 30 * 86_400 },
  { names: ['y', 'year', 'years'], seconds: 365 * 86_400 },
] as const;

const LONGEST_SECONDS = 100 * 365 * 86_400;
const LONGEST_TEXT = 100;

/**
 * Reads `30d`, `6 months`, or several parts such as `1w 3d`: whole numbers with the units `s`, `min`, `h`, `d`, `w`, `mo`
 * (30 days) and `y` (365 days), or the whole words, each unit once.
 *
 * @throws InvalidInputError, for `6m` too, which could be minutes or months, and for more than 100 years
 */
export function parseDuration(text: string): Duration {
  if (text.length > LONGEST_TEXT || !/^\s*(\d+\s*[a-z]+\s*)+$/i.test(text)) throw unreadable(text);
  const parts = new Map<number, number>();
  for (const [, digits = '', name = ''] of text.matchAll(/(\d+)\s*([a-z]+)/gi)) {
    if (/^m$/i.test(name)) throw ambiguous(text, digits);
    const unit = UNITS.find(({ names }) => names.some((known) => known === name));
    if (!unit) throw unreadable(text);
    if (parts.has(unit.seconds)) {
      throw new InvalidInputError(`${quote(text)} has the unit \`${name}\` twice. Write each unit once.`);
    }
    parts.set(unit.seconds, Number(digits) * unit.seconds);
  }
  const total = [...parts.values()].reduce((sum, part) => sum + part, 0);
  if (total > LONGEST_SECONDS) {
    throw new InvalidInputError(`${quote(text)} is more than 100 years. Write a shorter duration.`);
  }
  if (total === 0) {
    throw new InvalidInputError(`${quote(text)} is zero. Write a longer duration, or leave it out.`);
  }
  return { text: text.trim().replace(/\s+/g, ' '), seconds: total };
}

/**
 * Reads a duration, or a date such as `2026-04-01`, which begins in UTC.
 *
 * @param now - Unix seconds
 * @throws InvalidInputError, for a date in the future too
 */
export function parseAge(text: string, now: number): Age {
  const date = text.trim();
  if (!/^\d{4}-\d\d?-\d\d?/.test(date)) return { kind: 'duration', ...parseDuration(text) };
  const before = Date.parse(`${date}T00:00:00Z`) / 1000;
  // `Date` takes some days that no calendar has for days of the next month.
  if (!new Date(before * 1000).toJSON()?.startsWith(date)) {
    throw new InvalidInputError(`${quote(text)} is not a valid date. Write one such as \`2026-04-01\`.`);
  }
  if (before > now) {
    throw new InvalidInputError(
      `${quote(text)} is in the future. Write a date that has begun (UTC), or a duration such as \`30d\`.`,
    );
  }
  return { kind: 'date', text: date, before };
}

function ambiguous(text: string, digits: string): InvalidInputError {
  return new InvalidInputError(
    `${quote(text)} is ambiguous: \`m\` could be minutes or months. Write \`${digits}min\` or \`${digits}mo\`.`,
  );
}

function unreadable(text: string): InvalidInputError {
  return new InvalidInputError(
    `${quote(text)} is not a valid duration. Write a whole number and a unit (\`s\`, \`min\`, \`h\`, \`d\`, \`w\`, \`mo\`, \`y\`), such as \`30d\`, \`6 months\` or \`1w 3d\`.`,
  );
}
