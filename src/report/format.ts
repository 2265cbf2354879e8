import type { Tag } from '../model/tag.ts';

/** `1,000`, to the nearest whole number. Loading `Intl` for this would take a tenth of the time in which the action starts. */
export function formatCount(count: number): string {
  return count.toFixed(0).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

function oneDecimal(amount: number): string {
  return amount.toFixed(1).replace(/\.0$/, '');
}

/** `1 tag`, `1,000 tags` */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${count === 1 ? noun : `${noun.replace(/(?<=[^aeiou])y$/, 'ie')}s`}`;
}

/** `1 tag was`, `2 tags were` */
export function agree(count: number, noun: string, one: string, many: string): string {
  return `${countOf(count, noun)} ${count === 1 ? one : many}`;
}

/** `a`, `a and b`, `a, b and c` */
export function listOf(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

const SIZE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** `512 B`, `48.2 MiB` */
export function formatSize(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  while (amount >= 1024 && unit < SIZE_UNITS.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  return `${(amount < 100 ? oneDecimal : formatCount)(amount)} ${SIZE_UNITS[unit]}`;
}

/** The size of a tag's image, as far as it is known. */
export function sizeOf({ size, multiArch }: Tag): string | undefined {
  return size === undefined ? (multiArch ? 'multi-arch' : undefined) : formatSize(size);
}

/** `2024-05-21T20:41:03Z`; undefined for a time that no calendar holds. */
export function isoTime(seconds: number): string | undefined {
  const text: string | null = new Date(Math.floor(seconds) * 1000).toJSON();
  return text === null ? undefined : `${text.slice(0, -'.000Z'.length)}Z`;
}

/** `2024-05-21 20:41`, in UTC */
export function formatTime(seconds: number): string {
  return isoTime(seconds)?.replace('T', ' ').slice(0, -':00Z'.length) ?? 'unknown';
}

const DURATION_UNITS = [
  { seconds: 86_400, name: 'd' },
  { seconds: 3600, name: 'h' },
  { seconds: 60, name: 'min' },
];

/** `14d`, `36h`, `90s`: the largest unit that measures the duration exactly, as the inputs read it. */
export function formatDuration(seconds: number): string {
  const unit = DURATION_UNITS.find((candidate) => seconds > 0 && seconds % candidate.seconds === 0);
  return unit ? `${seconds / unit.seconds}${unit.name}` : `${seconds}s`;
}

/** `16 s`, `12 min`, `2 h 5 min` */
export function formatTimeLeft(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `48`, or `0.4` below ten. */
export function formatRate(perSecond: number): string {
  return (perSecond < 10 ? oneDecimal : formatCount)(perSecond);
}

/** `57583a1b9c0a` of `sha256:57583a1b9c0a…` */
export function shortDigest(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1).slice(0, 12);
}

/** The text, cut to a length in UTF-16 code units. */
export function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).toWellFormed()}…`;
}
