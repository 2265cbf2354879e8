import type { Markdown } from './escape.ts';

/** In characters. */
const WIDTH = 10;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A share of the whole as a bar and a percentage: the background of the code is the track that the bar runs on. */
export function shareBar(share: number): Markdown {
  const eighths = Math.round(share * WIDTH * 8);
  const blocks = '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
  // Spaces that do not break, so that the track stays whole on a narrow screen.
  return `\`${blocks.padEnd(WIDTH, '\u00a0')}\`\u00a0${Math.round(share * 100)}%`;
}
