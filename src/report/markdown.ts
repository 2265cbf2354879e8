/** Markdown that is safe to put into a page: made by the functions of this file or written in the source. */
export type Markdown = string;

/** Characters that hide or reorder text, and all that ends a line. */
const INVISIBLE = /[\p{Cc}\p{Zl}\p{Zp}\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/gu;

/** What GitHub-flavoured Markdown could take for syntax, in any position but the first. */
const SYNTAX = /[\\`*_~[\]$<>&|@]|:(?=\/\/)|(?<=www)\./gi;

/** What it takes for syntax at the beginning of a block. */
const BLOCK_SYNTAX = /^(\d*)([-+=#:]|(?<=\d)[.)])/;

/**
 * Shows text from outside as it is, within a paragraph, a list item or a table cell: one line, no syntax, no HTML, no link.
 *
 * Source: https://github.github.com/gfm/
 */
export function escapeText(text: string): Markdown {
  const oneLine = singleLine(text);
  const escaped = oneLine.replace(SYNTAX, escapeCharacter);
  return escaped.replace(
    BLOCK_SYNTAX,
    (_, digits: string, mark: string) => `${digits}${escapeCharacter(mark)}`,
  );
}

function singleLine(text: string): string {
  return text.toWellFormed().replace(INVISIBLE, ' ').trim();
}

function escapeCharacter(character: string): string {
  // A character reference never is syntax; the invisible space keeps a mention from being found in the rendered text.
  return character === '@' ? '@&#8203;' : `&#${character.charCodeAt(0)};`;
}

/** Shows text from outside as code, within a paragraph, a list item or a table cell. */
export function code(text: string): Markdown {
  const oneLine = singleLine(text);
  if (oneLine === '') return '';
  return /[`|\\]/.test(oneLine) ? `<code>${escapeText(oneLine)}</code>` : `\`${oneLine}\``;
}

/** @param url - from {@link repositoryPage} or {@link tagPage} */
export function link(label: Markdown, url: string): Markdown {
  return `[${label}](${url})`;
}

/** Text of ours in which `code` is marked by backticks may carry text from outside: the marks stay, all else is escaped. */
export function prose(text: string): Markdown {
  const parts = singleLine(text).split(/(`[^`|\\]+`)/);
  // White space beside a mark stays.
  return parts
    .map((part, index) => (index % 2 === 1 ? part : part.replace(/\S(?:.*\S)?/, escapeText)))
    .join('');
}

/** A coloured box; the paragraphs are Markdown without line breaks. */
export function alert(kind: 'note' | 'warning' | 'caution', paragraphs: readonly Markdown[]): Markdown {
  return `> [!${kind.toUpperCase()}]\n> ${paragraphs.join('\n>\n> ')}\n`;
}

/** A fenced block that its content cannot end. */
export function codeBlock(language: string, content: string): Markdown {
  const longest = Math.max(2, ...[...content.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${content}\n${fence}\n`;
}

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

/**
 * The page of a repository in Quay's web interface.
 *
 * Source: https://github.com/quay/quay/blob/master/web/src/routes/NavigationPath.tsx
 *
 * @param registryUrl - the registry's origin
 * @param repository - `namespace/name`
 */
export function repositoryPage(registryUrl: string, repository: string): string {
  return `${registryUrl.replace(/\/$/, '')}/repository/${repository.split('/').map(encodeSegment).join('/')}`;
}

/** The name of a repository, as a link to its {@link repositoryPage}. */
export function linkToRepository(registryUrl: string, repository: string): Markdown {
  return link(escapeText(repository), repositoryPage(registryUrl, repository));
}

/** The page of a living tag, below the {@link repositoryPage} of its repository. */
export function tagPage(repositoryPage: string, tag: string): string {
  return `${repositoryPage}/tag/${encodeSegment(tag)}`;
}

/** Encodes parentheses too, which would end a Markdown link. */
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment.toWellFormed()).replace(
    /[()']/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
