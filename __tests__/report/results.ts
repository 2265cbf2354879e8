import { createHash } from 'node:crypto';
import { marked } from 'marked';
import type { ReasonToDelete, ReasonToKeep } from '../../src/model/reason.ts';
import type { CleanupResult, Outcome, RepositoryResult, TagResult } from '../../src/model/result.ts';
import type { Tag } from '../../src/model/tag.ts';
import { tagName } from '../support/tag-name.ts';

/** 2024-05-21 20:41:03 UTC */
export const NOW = 1_716_324_063;
export const DAY = 86_400;
const MIB = 1024 * 1024;

export function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** A tag with its own image of 48.2 MiB, last modified `days` ago. */
export function tag(name: string, days = 1, facts: Partial<Tag> = {}): Tag {
  return {
    name: tagName(name),
    digest: digestOf(name),
    lastModified: NOW - days * DAY,
    size: Math.round(48.2 * MIB),
    ...facts,
  };
}

export function multiArchTag(name: string, days = 1): Tag {
  const { size: _, ...rest } = tag(name, days);
  return { ...rest, multiArch: true };
}

export function kept(listed: Tag, reason: ReasonToKeep = { kind: 'not-matched' }): TagResult {
  return { tag: listed, verdict: { kind: 'keep', reason } };
}

const CLOSED: ReasonToDelete = { kind: 'pull-request-closed', number: 12, merged: true };

/** An outcome; its kind alone where that says all. */
export type Became = Outcome | 'deleted' | 'gone' | 'not-attempted';

export function selected(listed: Tag, outcome?: Became, reason: ReasonToDelete = CLOSED): TagResult {
  const result: TagResult = { tag: listed, verdict: { kind: 'delete', reason } };
  return outcome ? became(result, outcome) : result;
}

/** The same tag with an outcome. */
export function became(result: TagResult, outcome: Became): TagResult {
  return { ...result, outcome: typeof outcome === 'string' ? { kind: outcome } : outcome };
}

/** The same tag, decided on by a line of several. */
export function by(rule: string, result: TagResult): TagResult {
  return { ...result, rule };
}

/** A listed repository: what was listed is what the given tags tell, unless the facts say otherwise. */
export function repository(
  tags: readonly TagResult[],
  facts: Partial<RepositoryResult> = {},
): RepositoryResult {
  const judged = newestFirst(tags, ({ tag }) => tag);
  const result = {
    repository: 'acme/web',
    restorableFor: 14 * DAY,
    listed: judged.map(({ tag }) => tag),
    ...facts,
    tags: judged,
  };
  return facts.remaining ? { ...result, remaining: newestFirst(facts.remaining, (tag) => tag) } : result;
}

/** A repository whose list could not be read. */
export function unlisted(name: string, error: string): RepositoryResult {
  return { repository: name, tags: [], error };
}

function newestFirst<Item>(items: readonly Item[], tagOf: (item: Item) => Tag): readonly Item[] {
  return items.toSorted((one, other) => (tagOf(other).lastModified ?? 0) - (tagOf(one).lastModified ?? 0));
}

/** Outcomes of tags for which nothing was sent. */
const UNTRIED: ReadonlySet<Outcome['kind']> = new Set(['not-attempted', 'kept']);

export function run(
  repositories: readonly RepositoryResult[],
  facts: Partial<CleanupResult> = {},
): CleanupResult {
  return {
    registry: 'quay.io',
    registryUrl: 'https://quay.io',
    mode: { kind: 'delete' },
    dryRun: false,
    startedAt: NOW,
    finishedAt: NOW + 12,
    repositories,
    notes: [],
    warnings: [],
    hasChanged: repositories.some(({ tags }) =>
      tags.some(({ outcome }) => outcome && !UNTRIED.has(outcome.kind)),
    ),
    reportPath: '/home/runner/work/_temp/quay-tag-cleanup-report.json',
    action: { repository: 'acme/quay-tag-cleanup', ref: 'v1' },
    ...facts,
  };
}

/** The page as HTML, by a renderer of GitHub-flavoured Markdown. */
export function toHtml(markdown: string): string {
  return marked.parse(markdown, { async: false, gfm: true });
}

/** The names of all elements of a page. */
export function elementsOf(html: string): ReadonlySet<string> {
  return new Set([...html.matchAll(/<([a-z][a-z0-9]*)/g)].map(([, name]) => name ?? ''));
}

/** What a reader sees of a page, without its elements. */
export function textOf(html: string): string {
  return html
    .replace(/<[^>]*>/g, '')
    .replace(/&#(\d+);/g, (_, point: string) => String.fromCodePoint(Number(point)))
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&')
    .trim();
}
