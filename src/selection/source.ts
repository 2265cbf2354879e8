import { InvalidInputError, quote } from '../model/errors.ts';
import type { Facts, ImageLabels, Undecided } from '../model/facts.ts';
import type { ReasonToKeep } from '../model/reason.ts';
import type { Tag, TagName } from '../model/tag.ts';
import type { KnownManifests } from './manifests.ts';
import type { Rules } from './rules.ts';

/** What it takes to know where an image comes from. */
export interface SourceContext {
  readonly rules: Pick<Rules, 'source'>;
  readonly facts: Facts;
  /** By digest: the listed tags; empty where neither labels are read nor anything is in use. */
  readonly images: KnownManifests['rows'];
}

/** The GitHub repository that is asked about a tag: `owner/name` in lower case. */
export interface Asked {
  readonly kind: 'asked';
  readonly repository: string;
  /** As GitHub writes it, for the reasons of tags that name each its own. */
  readonly written: { readonly repository?: string };
}

/** Whether the labels of images tell, or confirm, which GitHub repository is asked. */
export function readsLabels(
  source: Rules['source'],
): source is Extract<Rules['source'], { readonly host: string }> {
  return source.kind === 'own-labels' || source.kind === 'from-labels';
}

/** The GitHub repository that speaks for a tag: the one that the rules name, or by `from-labels` that of the tag's image. */
export function askedRepository(tag: Tag, context: SourceContext): Asked | ReasonToKeep | Undecided {
  const { source } = context.rules;
  if (source.kind === 'none') return { kind: 'source-unknown' };
  if (source.kind === 'from-labels') return sourceOf(tag, context);
  return { kind: 'asked', repository: source.repository, written: {} };
}

/** Why the tag's image is not shown to come from the repository that is asked, where the rules want that. */
export function fromElsewhere(tag: Tag, context: SourceContext): ReasonToKeep | Undecided | undefined {
  const { source } = context.rules;
  if (source.kind !== 'own-labels') return undefined;
  const found = sourceOf(tag, context);
  if (found.kind !== 'asked') return found;
  return found.repository === source.repository
    ? undefined
    : { kind: 'from-other-repository', source: found.repository };
}

/**
 * The repository that the image says it was built from, by its name now.
 *
 * An image that was built without labels of its own has those of its base image, of another project. So they count only where
 * they were written for this image: its version is one of its tags, as docker/metadata-action writes it.
 */
function sourceOf(tag: Tag, context: SourceContext): Asked | ReasonToKeep | Undecided {
  const { facts, rules, images } = context;
  if (tag.digest === undefined || !readsLabels(rules.source)) return { kind: 'source-unknown' };
  const labels = facts.labels.get(tag.digest);
  if (labels === undefined) return needing({ kind: 'labels', digest: tag.digest });
  const tags = images.get(tag.digest) ?? [];
  const isWrittenFor = labels !== 'unknown' && tags.some((one) => isVersion(labels, one.tag.name));
  const source = isWrittenFor ? parseSource(labels.source ?? '', rules.source.host) : undefined;
  if (source === undefined) return { kind: 'source-unknown' };
  const { kind, repository: own } = rules.source;
  const ofAnother = (other: string): ReasonToKeep =>
    kind === 'own-labels'
      ? { kind: 'from-other-repository', source: other }
      : { kind: 'source-of-other-owner', source: other };
  // Nothing is asked of a foreign owner's repository.
  if (ownerOf(source) !== ownerOf(own)) return ofAnother(source);
  const found = facts.github.get(source)?.repository;
  if (!found) return needing({ kind: 'repository', repository: source });
  // A token that reads the workflow's own repository alone sees no other, which is none of its own all the same.
  if (found.kind === 'unreadable')
    return kind === 'own-labels' ? ofAnother(source) : { kind: 'source-unreadable', source };
  if (tag.lastModified === undefined) return { kind: 'date-unknown', condition: 'github-repository' };
  if (found.createdAt > tag.lastModified) return { kind: 'source-newer-than-image', source };
  // The owner too may be another one now.
  const repository = found.name.toLowerCase();
  return ownerOf(repository) === ownerOf(own)
    ? { kind: 'asked', repository, written: { repository: found.name } }
    : ofAnother(repository);
}

/** There can be no verdict without these facts. */
export function needing(...needs: Undecided['needs']): Undecided {
  return { kind: 'undecided', needs };
}

function ownerOf(repository: string): string {
  return repository.split('/', 1).join();
}

/** Whether the tag is the version of its image's labels, or that with `-` and more behind it. */
function isVersion({ version = '' }: ImageLabels, name: TagName): boolean {
  return version !== '' && (name === version || name.startsWith(`${version}-`));
}

/** `owner` has no dots, so that no other host is taken for one. */
const SOURCE =
  /^(?:(?:git\+)?(?:https?|ssh|git):\/\/(?:[^@/]*@)?|[\w-]+@)?([\w.-]+)(?::\d+)?[/:]([\w-]+)\/([\w.-]+)(?=$|[/?#:@])/;

/**
 * Reads the address of a GitHub repository as people write it: `https://github.com/acme/app`, `git@github.com:acme/app.git`,
 * with a path behind it, in any case.
 *
 * @param host - the GitHub that counts; others are none
 * @returns `owner/name` in lower case
 */
function parseSource(text: string, host: string): string | undefined {
  const [, found = '', owner = '', rest = ''] = SOURCE.exec(text.trim().toLowerCase()) ?? [];
  const name = rest.replace(/\.git$/, '');
  if (found.replace(/^www\./, '') !== host || /^\.{0,2}$/.test(name)) return undefined;
  return `${owner}/${name}`;
}

/**
 * Reads the input `github-repository`: `owner/name` in lower case, or `from-labels`.
 *
 * @throws InvalidInputError
 */
export function parseGitHubRepository(text: string): string {
  if (text === 'from-labels' || /^[\w-]+\/[\w.-]+$/.test(text)) return text.toLowerCase();
  throw new InvalidInputError(
    `\`github-repository\` is ${quote(text)}. Write \`owner/name\` of the GitHub repository, such as \`acme/app\`, or \`from-labels\`.`,
    { namesInput: true },
  );
}
