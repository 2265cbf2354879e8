import { refusal } from './errors.ts';

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

const DAY = 86_400;

/** How units are called, and their seconds. */
const UNITS = [
  [/^(?:s|seconds?)$/, 1],
  [/^(?:min|minutes?)$/, 60],
  [/^(?:h|hours?)$/, 3600],
  [/^(?:d|days?)$/, DAY],
  [/^(?:w|weeks?)$/, 7 * DAY],
  [/^(?:mo|months?)$/, 30 * DAY],
  [/^(?:y|years?)$/, 365 * DAY],
] as const;

const LONGEST_SECONDS = 100 * 365 * DAY;
const LONGEST_TEXT = 100;

const UNREADABLE =
  'is not a valid duration. Write a whole number and a unit (`s`, `min`, `h`, `d`, `w`, `mo`, `y`), such as `30d`, `6 months` or `1w 3d`.';

/**
 * Reads `30d`, `6 months`, or several parts such as `1w 3d`: whole numbers with the units `s`, `min`, `h`, `d`, `w`, `mo`
 * (30 days) and `y` (365 days), or the whole words, each unit once.
 *
 * @throws InvalidInputError, for `6m` too, which could be minutes or months, and for more than 100 years
 */
export function parseDuration(text: string): Duration {
  if (text.length > LONGEST_TEXT || !/^\s*(\d+\s*[a-z]+\s*)+$/i.test(text)) throw refusal(text, UNREADABLE);
  const parts = new Map<number, number>();
  for (const [, digits = '', name = ''] of text.matchAll(/(\d+)\s*([a-z]+)/gi)) {
    const written = `\`${digits}min\` or \`${digits}mo\``;
    if (/^m$/i.test(name))
      throw refusal(text, `is ambiguous: \`m\` could be minutes or months. Write ${written}.`);
    const [, unit] = UNITS.find(([names]) => names.test(name)) ?? [];
    if (unit === undefined) throw refusal(text, UNREADABLE);
    if (parts.has(unit)) throw refusal(text, `has the unit \`${name}\` twice. Write each unit once.`);
    parts.set(unit, Number(digits) * unit);
  }
  const seconds = [...parts.values()].reduce((sum, part) => sum + part, 0);
  if (seconds > LONGEST_SECONDS) throw refusal(text, 'is more than 100 years. Write a shorter duration.');
  if (seconds === 0) throw refusal(text, 'is zero. Write a longer duration, or leave it out.');
  return { text: text.trim().replace(/\s+/g, ' '), seconds };
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
  if (!new Date(before * 1000).toJSON()?.startsWith(date))
    throw refusal(text, 'is not a valid date. Write one such as `2026-04-01`.');
  if (before > now)
    throw refusal(text, 'is in the future. Write a date that has begun (UTC), or a duration such as `30d`.');
  return { kind: 'date', text: date, before };
}
