import { InvalidInputError } from '../../model/errors.ts';
import { quote } from '../../model/quote.ts';
import { LONGEST_TAG } from '../../model/tag.ts';
import { EVERY_PLACEHOLDER } from './pattern.ts';

/** Refuses a text that names something else than tags: a digest, or a repository. */
export function refuseWhatIsNoTag(text: string): void {
  if (/^sha256:/.test(text) || text.includes('@')) {
    throw new InvalidInputError(
      `${quote(text)} is a digest. Tags are deleted by name only: deleting a digest would delete every tag that shares it.`,
    );
  }
  if (text.includes(':')) {
    throw new InvalidInputError(
      `${quote(text)} contains a colon. The repository belongs in \`repository\`; write the tag's name alone.`,
    );
  }
  if (text.includes('/')) {
    throw new InvalidInputError(
      `${quote(text)} contains a slash, which no tag name does. Write a regular expression between slashes (\`/^pr-/\`), and a repository in \`repository\`.`,
    );
  }
}

/** Refuses a glob that can match no tag, which is a mistake. */
export function refuseImpossible(text: string, glob: string): void {
  const withoutClasses = glob
    .replace(EVERY_PLACEHOLDER, '?')
    .replace(/\[[!^]?(\]?[^\]]*)\]/g, (_, members: string) => (/^[\w.-]+$/.test(members) ? '?' : members));
  const foreign = /[^\w.\-*?]/u.exec(withoutClasses)?.[0];
  if (foreign === ',') {
    throw new InvalidInputError(
      `${quote(text)} contains a comma. Write one pattern per line, or alternatives in braces: \`{a,b}\`.`,
    );
  }
  if (foreign !== undefined) {
    throw new InvalidInputError(
      `${quote(text)} contains ${named(foreign)}, which no tag name does. Write one pattern per line, of letters, digits, \`_\`, \`.\`, \`-\` and wildcards.`,
    );
  }
  if (/^[.-]/.test(glob) || withoutClasses.replaceAll('*', '').length > LONGEST_TAG) {
    throw new InvalidInputError(
      `${quote(text)} can match no tag: a tag has at most ${LONGEST_TAG} characters and begins with a letter, a digit or \`_\`.`,
    );
  }
}

function named(character: string): string {
  if (character === ' ') return 'a space';
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return /[\x21-\x7e]/.test(character) ? quote(character) : `${quote(character)} (U+${code})`;
}
