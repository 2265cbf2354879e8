import { code } from '../model/errors.ts';
import type { Hint, SourceCount } from '../model/hint.ts';
import { agree, countOf, formatTime, listOf } from './format.ts';

/** The most tags that a sentence names. */
const MOST_NAMED = 10;

/** What the hint says, and what to do about it. */
export function describeHint(hint: Hint): string {
  switch (hint.kind) {
    case 'exclusion-unused':
      return `The exclusion ${code(hint.pattern)} matches no tag. If it should protect some, check its spelling.`;
    case 'keep-pattern-unused':
      return `${code(hint.pattern)} of \`keep-commits-of\` matches no branch. If it should protect commits, check its spelling.`;
    case 'line-unused':
      return `The line ${code(hint.line)} of \`tags\` matches no tag in any repository.`;
    case 'in-use-elsewhere':
      return `The files of the line ${code(hint.line)} of \`in-use\` name images, but none of this run. If images of this run are in use, check which files are given.`;
    case 'in-use-unreadable':
      return `${code(hint.file)}, line ${hint.line}, names ${hint.repository} as an image, and its tag cannot be told. Every tag of it is kept. ${hint.tool ? `Render it with \`${hint.tool}\`` : 'Give the file as the cluster gets it'}, or leave it out of \`in-use\` if nothing of it runs.`;
    case 'pull-requests-not-asked':
      return `${code(hint.pattern)} selects ${countOf(hint.tags, 'tag')} such as ${hint.tag} whatever becomes of the pull request. To select only those whose pull request is closed or merged, write ${hint.hasGroup ? '`(?<pr>…)` for the group of its number, or ' : ''}\`{pr}\` in the place of the number, such as \`pr-{pr}\`.`;
    case 'newest-are-tags':
      return `\`keep-n-most-recent\` counts tags: the newest ${countOf(hint.tags, 'tag')} are ${countOf(hint.images, 'image')}. To count images, set \`by-image: true\`.`;
    case 'one-github-repository':
      return `The pull requests, branches and commits of all ${countOf(hint.repositories, 'line')} of \`repository\` are looked up in ${hint.github}. If some images are built from another GitHub repository, give them a step of their own with \`github-repository\`, or set \`github-repository: from-labels\`.`;
    case 'pulls-unknown':
      return `The registry does not say when ${agree(hint.tags, 'tag', 'was', 'were')} last pulled, so ${hint.tags === 1 ? 'it is' : 'they are'} kept. Pull statistics need Quay 3.16 or later, and may be switched off.`;
    case 'kept-for-signatures':
      return `${areKept(hint.tags)} for ${hint.tags === 1 ? 'its' : 'their'} signatures, which \`exclude-tags\` protects (${listOf(hint.patterns.map(code))}). A signature goes with its image: leave it out of \`exclude-tags\` if both may go.`;
    case 'signatures-unknown':
      return `${areKept(hint.tags)}, since \`exclude-tags\` protects signatures (${listOf(hint.patterns.map(code))}), and these credentials do not show of which images. Use an OAuth \`token\`, or leave signatures out of \`exclude-tags\`: one goes only with its image.`;
    case 'siblings-unmatched':
      return `With \`by-image\`, ${areKept(hint.tags)} for another tag of the same image that no rule matches, such as ${hint.tag} for ${hint.sibling}. If such images may go, add a rule that matches all their tags.`;
    case 'left-of-gone-images':
      return `${agree(hint.tags, 'tag', 'hangs', 'hang')} on images that are gone, and ${hint.tags === 1 ? 'is' : 'are'} left. ${takingLeft(hint)}`;
    case 'kept-for-source':
      return describeSources(hint);
    case 'protected-expiring':
      return describeExpiring(hint);
    default:
      return hint satisfies never;
  }
}

function areKept(tags: number): string {
  return `${agree(tags, 'tag', 'is', 'are')} kept`;
}

function takingLeft({ signatures, patterns }: Extract<Hint, { kind: 'left-of-gone-images' }>): string {
  const written = `write ${listOf(patterns.slice(0, MOST_NAMED).map(code))} in \`tags\``;
  const set = 'set `clean-orphaned-signatures: true`';
  const ways = [...(patterns.length > 0 ? [written] : []), ...(signatures > 0 ? [set] : [])].join(', and ');
  return `To delete them, ${ways}. Those of living images stay.`;
}

function describeSources({ by, own, sources }: Extract<Hint, { kind: 'kept-for-source' }>): string {
  const all = sources.reduce((sum, { tags }) => sum + tags, 0);
  const shown = sources
    .slice(0, MOST_NAMED)
    .map(({ reason, source = '', tags }) => `${tags} ${SOURCES[reason](source)}`);
  const more = sources.length > MOST_NAMED ? ['more for other repositories'] : [];
  const remedy =
    by === 'own-labels'
      ? `If all of them are built from ${own}, write \`github-repository: ${own}\`.`
      : 'To judge tags by a repository that their image does not name, give them a step of their own with `github-repository: owner/name`.';
  return `${areKept(all)} since the image does not say that ${by === 'own-labels' ? `it comes from ${own}` : 'it comes from a repository that can be asked'}: ${[...shown, ...more].join('; ')}. ${remedy}`;
}

/** Where images come from, by the reason that keeps them. */
const SOURCES: Readonly<Record<SourceCount['reason'], (source: string) => string>> = {
  'from-other-repository': (source) => `from ${source}`,
  'source-of-other-owner': (source) => `from ${source}, which has another owner`,
  'source-unreadable': (source) => `from ${source}, which this \`github-token\` cannot read`,
  'source-newer-than-image': (source) => `from ${source}, which was made after the image`,
  'source-unknown': () => 'without a source',
};

function describeExpiring({ tags }: Extract<Hint, { kind: 'protected-expiring' }>): string {
  const named = tags
    .slice(0, MOST_NAMED)
    .map(({ repository, name, expiration }) => `${repository}:${name} at ${formatTime(expiration)} UTC`);
  const others = tags.length - named.length;
  const more = others === 0 ? [] : [`${others} more, which the summary shows`];
  return `What GitHub says keeps ${countOf(tags.length, 'tag')} that will expire all the same, by an earlier expiration: ${listOf([...named, ...more])}. To keep one, run a step with its own name in \`tags\` and \`expire-in: never\`.`;
}
