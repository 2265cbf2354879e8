import pMap from 'p-map';
import type { GitHub } from '../github/github.ts';
import { CredentialRefusedError, ServiceError } from '../model/errors.ts';
import {
  type Facts,
  type GitHubFacts,
  type GitHubNeed,
  type Need,
  NOTHING_ASKED,
  type RegistryNeed,
} from '../model/facts.ts';
import { isSelected, type JudgedTag, type Plan } from '../model/result.ts';
import { isSameTag, type TagList } from '../model/tag.ts';
import type { Repository } from '../quay/quay.ts';
import { prepareDecision } from '../selection/decide.ts';
import { attachmentOf } from '../selection/signatures.ts';
import { type CleanupContext, type OpenRepositories, REPOSITORIES_AT_ONCE } from './context.ts';

/** Requests about single tags and images that are asked for at the same time; the connection lets out fewer. */
const QUESTIONS_AT_ONCE = 100;

/** Decides on every listed tag. */
export async function planCleanup(
  lists: readonly TagList[],
  { repositories, context }: { readonly repositories: OpenRepositories; readonly context: CleanupContext },
): Promise<Planned> {
  const github = new AskedGitHub(context);
  const decide = (some: readonly TagList[]) => decideInRounds(some, repositories, github);
  const plans = await pMap(
    await decide(lists),
    (plan) => confirmOrphans(plan, { repositories, context, decide }),
    { concurrency: REPOSITORIES_AT_ONCE },
  );
  for (const plan of plans) context.record.plan(plan);
  return { plans, unusedKeepPatterns: github.unusedKeepPatterns, asked: github.asked };
}

/** The plans of a run, and what was learned on the way to them. */
export interface Planned {
  readonly plans: readonly Plan[];
  /** The patterns of `keep-commits-of` that no branch matches; empty where no branch was seen. */
  readonly unusedKeepPatterns: readonly string[];
  /** The GitHub repositories that were asked about tags. */
  readonly asked: readonly string[];
}

/**
 * What a decision still needs is asked, each fact once, and the decision is taken again.
 *
 * @throws ServiceError where GitHub or the registry cannot be asked: a part of the facts is not enough to delete on
 */
async function decideInRounds(
  lists: readonly TagList[],
  repositories: OpenRepositories,
  github: AskedGitHub,
): Promise<readonly Plan[]> {
  const { rules } = github.context;
  const open = lists.map((list) => ({
    list,
    decide: prepareDecision(list, rules),
    registry: new AskedRegistry(repositories.get(list.repository)),
    now: Math.min(list.at, list.askedAt),
  }));
  for (;;) {
    const decisions = open.map(({ decide, registry, now }) =>
      decide({ now, ...registry.facts, github: github.facts }),
    );
    const needs = decisions.map((decision): readonly Need[] =>
      decision.kind === 'undecided' ? decision.needs : [],
    );
    if (needs.every(({ length }) => length === 0))
      return decisions.flatMap((decision, index) => {
        const list = open[index]?.list;
        return list && decision.kind === 'decided'
          ? [{ repository: list.repository, list, tags: decision.tags, matches: decision.matches }]
          : [];
      });
    await github.ask(needs.flat().filter(isForGitHub));
    await pMap(
      open,
      ({ registry }, index) => registry.ask((needs[index] ?? []).filter((need) => !isForGitHub(need))),
      { concurrency: REPOSITORIES_AT_ONCE },
    );
  }
}

function isForGitHub(need: Need): need is GitHubNeed {
  return 'repository' in need;
}

/** What was asked of one repository of the registry. What its credentials cannot read is unknown. */
class AskedRegistry {
  readonly #repository: Repository | undefined;
  #facts: Pick<Facts, 'lastPulls' | 'manifests' | 'labels'> = {
    lastPulls: new Map(),
    manifests: new Map(),
    labels: new Map(),
  };

  constructor(repository: Repository | undefined) {
    this.#repository = repository;
  }

  get facts() {
    return this.#facts;
  }

  async ask(needs: readonly RegistryNeed[]): Promise<void> {
    const { details, lastPull } = this.#repository ?? {};
    const ask = async <Key, Fact>(
      known: ReadonlyMap<Key, Fact | 'unknown'>,
      keys: readonly Key[],
      read: ((key: Key) => Promise<Fact | 'unknown'>) | undefined,
    ) => {
      const found = await pMap(
        new Set(keys),
        async (key) => [key, read ? await read(key) : ('unknown' as const)] as const,
        { concurrency: QUESTIONS_AT_ONCE },
      );
      return new Map([...known, ...found]);
    };
    const { lastPulls, manifests, labels } = this.#facts;
    const names = needs.flatMap((need) => (need.kind === 'last-pull' ? [need.tag] : []));
    const digests = (kind: 'manifest' | 'labels') =>
      needs.flatMap((need) => (need.kind === kind ? [need.digest] : []));
    this.#facts = {
      lastPulls: await ask(lastPulls, names, lastPull),
      manifests: await ask(manifests, digests('manifest'), details?.manifest),
      labels: await ask(labels, digests('labels'), details?.labels),
    };
  }
}

/** What was asked of GitHub, for all repositories of the registry together. */
class AskedGitHub {
  readonly context: CleanupContext;
  readonly #facts = new Map<string, GitHubFacts>();
  readonly #unused: Set<CleanupContext['inputs']['keepCommitsOf'][number]>;
  #hasSeenBranches = false;

  constructor(context: CleanupContext) {
    this.context = context;
    this.#unused = new Set(context.inputs.keepCommitsOf);
  }

  get facts(): Facts['github'] {
    return this.#facts;
  }

  get unusedKeepPatterns(): readonly string[] {
    return this.#hasSeenBranches ? [...this.#unused].map(({ text }) => text) : [];
  }

  get asked(): readonly string[] {
    const names = [...this.#facts]
      .filter(([, { repository }]) => repository?.kind !== 'unreadable')
      .map(([name, { repository }]) => (repository?.kind === 'found' ? repository.name : name));
    return [...new Set(names)];
  }

  async ask(needs: readonly GitHubNeed[]): Promise<void> {
    await this.#findRepositories(needs);
    for (const [repository, some] of Map.groupBy(needs, (need) => need.repository))
      await this.#askAbout(repository, some);
  }

  async #findRepositories(needs: readonly GitHubNeed[]): Promise<void> {
    const names = new Set(needs.flatMap((need) => (need.kind === 'repository' ? [need.repository] : [])));
    if (names.size === 0) return;
    const found = await this.context.github.repositories([...names]);
    for (const name of names) this.#learn(name, { repository: found.get(name) ?? { kind: 'unreadable' } });
  }

  /** A repository that only an image names, and that the token may not read, keeps its tags and stops nothing else. */
  async #askAbout(repository: string, needs: readonly GitHubNeed[]): Promise<void> {
    try {
      await this.#askAll(repository, needs, this.context.github);
    } catch (error) {
      const { source } = this.context.rules;
      const isNamedByImage = source.kind === 'from-labels' && repository !== source.repository;
      if (!isNamedByImage || !(error instanceof CredentialRefusedError)) throw error;
      this.#learn(repository, { repository: { kind: 'unreadable' } });
    }
  }

  async #askAll(repository: string, needs: readonly GitHubNeed[], github: GitHub): Promise<void> {
    const known = this.#facts.get(repository) ?? NOTHING_ASKED;
    const numbers = new Set(needs.flatMap((need) => (need.kind === 'pull-request' ? [need.number] : [])));
    if (numbers.size > 0) {
      const states = await github.pullRequests(repository, [...numbers]);
      this.#learn(repository, { pullRequests: new Map([...known.pullRequests, ...states]) });
    }
    const tags = needs.filter((need) => need.kind === 'commit');
    if (tags.length > 0) {
      const isKept = (branch: string) => this.#isKept(branch);
      const commits = await github.commits(repository, { tags, isKept });
      this.#learn(repository, { commits: new Map([...known.commits, ...commits]) });
    }
    if (needs.some(({ kind }) => kind === 'branches'))
      this.#learn(repository, { branches: await github.branches(repository) });
  }

  #learn(repository: string, facts: Partial<GitHubFacts>): void {
    this.#facts.set(repository, { ...(this.#facts.get(repository) ?? NOTHING_ASKED), ...facts });
  }

  #isKept(branch: string): boolean {
    this.#hasSeenBranches = true;
    const matching = this.context.inputs.keepCommitsOf.filter((pattern) => pattern.matches(branch));
    for (const pattern of matching) this.#unused.delete(pattern);
    return matching.length > 0;
  }
}

/** How often a list is read again. */
const MOST_READINGS = 2;

interface Confirming {
  readonly repositories: OpenRepositories;
  readonly context: CleanupContext;
  readonly decide: (lists: readonly TagList[]) => Promise<readonly Plan[]>;
}

/**
 * Makes sure that the images of selected signatures are gone. While a list is read page by page, others may delete tags, and
 * a living tag may fall between two pages. So the list is read again, until two readings agree on what lives; where they do
 * not, the signatures are kept.
 */
async function confirmOrphans(plan: Plan, confirming: Confirming): Promise<Plan> {
  let current = plan;
  const decideAgain = async (list: TagList) => (await confirming.decide([list]))[0] ?? current;
  for (let reading = 1; reading <= MOST_READINGS; reading += 1) {
    if (!current.tags.some(isSelectedSignature)) return current;
    const again = await readAgain(current.list, confirming);
    if (!again) break;
    const { list, agrees } = merge(current.list, again);
    if (list !== current.list) current = await decideAgain(list);
    if (agrees) return current;
  }
  return decideAgain({ ...current.list, isUnstable: true });
}

function isSelectedSignature(judged: JudgedTag): boolean {
  return isSelected(judged) && attachmentOf(judged.tag.name) !== undefined;
}

async function readAgain(
  { repository }: TagList,
  { repositories, context }: Confirming,
): Promise<TagList | undefined> {
  context.log.info(`${repository}: listing again before signatures are deleted`);
  try {
    return await repositories.get(repository)?.list();
  } catch (error) {
    // Without a second reading nothing is certain, and the signatures are kept.
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}

/** Both readings together, and whether the second shows nothing that the first had missed; what was pushed since is new. */
function merge(first: TagList, second: TagList): { readonly list: TagList; readonly agrees: boolean } {
  const known = new Map(first.tags.map((tag) => [tag.name, tag]));
  const missed = second.tags.filter((tag) => {
    const before = known.get(tag.name);
    return !before || !isSameTag(before, tag);
  });
  const agrees = missed.every(({ lastModified }) => lastModified !== undefined && lastModified >= first.at);
  const names = new Set(second.tags.map(({ name }) => name));
  const tags = [...second.tags, ...first.tags.filter(({ name }) => !names.has(name))];
  const invalidNames = [...new Set([...first.invalidNames, ...second.invalidNames])];
  const isUnchanged = missed.length === 0 && invalidNames.length === first.invalidNames.length;
  return { list: isUnchanged ? first : { ...first, tags, invalidNames }, agrees };
}
