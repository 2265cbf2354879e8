import pMap from 'p-map';
import { CredentialRefusedError, ServiceError } from '../model/errors.ts';
import {
  type Facts,
  type GitHubFacts,
  type GitHubNeed,
  type Need,
  NOTHING_ASKED,
  type RegistryNeed,
} from '../model/facts.ts';
import { present } from '../model/json.ts';
import { type GitHubAsked, isSelected, type JudgedTag, type Plan } from '../model/result.ts';
import { isSameTag, type TagList } from '../model/tag.ts';
import { REPOSITORIES_AT_ONCE, type Repository } from '../quay/quay.ts';
import { prepareDecision } from '../selection/decide.ts';
import type { BranchPattern } from '../selection/patterns/name-patterns.ts';
import { attachmentOf } from '../selection/signatures.ts';
import type { OpenContext } from './context.ts';

/** Requests about single tags and images that are asked for at the same time; the connection lets out fewer. */
const QUESTIONS_AT_ONCE = 100;

/** The plans of a run, and what was learned on the way to them. */
export interface Planned {
  readonly plans: readonly Plan[];
  /** The patterns of `keep-commits-of` that no branch matches; empty where no branch was seen. */
  readonly unusedKeepPatterns: readonly string[];
  /** Absent where nothing was asked of GitHub. */
  readonly github?: GitHubAsked;
}

/** Decides on every listed tag. */
export async function planCleanup(lists: readonly TagList[], context: OpenContext): Promise<Planned> {
  const github = new AskedGitHub(context);
  const decide = (some: readonly TagList[]) => decideInRounds(some, context, github);
  const plans = await pMap(await decide(lists), (plan) => confirmOrphans(plan, context, decide), {
    concurrency: REPOSITORIES_AT_ONCE,
  });
  for (const plan of plans) context.record.plan(plan);
  return present({ plans, unusedKeepPatterns: github.unusedKeepPatterns, github: github.asked });
}

/**
 * What a decision still needs is asked, each fact once, and the decision is taken again.
 *
 * @throws ServiceError where GitHub or the registry cannot be asked: a part of the facts is not enough to delete on
 */
async function decideInRounds(
  lists: readonly TagList[],
  { rules, repositories }: OpenContext,
  github: AskedGitHub,
): Promise<readonly Plan[]> {
  const open = lists.map((list) => {
    const facts: RegistryFacts = { lastPulls: new Map(), manifests: new Map(), labels: new Map() };
    const decide = prepareDecision(list, rules);
    const now = Math.min(list.at, list.askedAt);
    return { list, facts, decide: () => decide({ now, ...facts, github: github.facts }) };
  });
  for (;;) {
    const decisions = open.map(({ list, facts, decide }) => ({ list, facts, decision: decide() }));
    const plans = decisions.flatMap(({ list, decision }): readonly Plan[] =>
      decision.kind === 'decided'
        ? [{ repository: list.repository, list, tags: decision.tags, matches: decision.matches }]
        : [],
    );
    if (plans.length === lists.length) return plans;
    const undecided = decisions.flatMap(({ list, facts, decision }) =>
      decision.kind === 'undecided' ? [{ list, facts, needs: decision.needs }] : [],
    );
    await github.ask(undecided.flatMap(({ needs }) => needs.filter(isForGitHub)));
    const askAbout = async ({ list, facts, needs }: (typeof undecided)[number]) => {
      const rest = needs.filter((need) => !isForGitHub(need));
      await askRegistry(rest, facts, repositories.get(list.repository));
    };
    await pMap(undecided, askAbout, { concurrency: REPOSITORIES_AT_ONCE });
  }
}

function isForGitHub(need: Need): need is GitHubNeed {
  return 'repository' in need;
}

type Mutable<Known> = Known extends ReadonlyMap<infer Key, infer Fact> ? Map<Key, Fact> : never;

/** What was asked of one repository of the registry. */
type RegistryFacts = { readonly [Kind in 'lastPulls' | 'manifests' | 'labels']: Mutable<Facts[Kind]> };

/** Asks a repository of the registry, each fact once. What its credentials cannot read is unknown. */
async function askRegistry(
  needs: readonly RegistryNeed[],
  { lastPulls, manifests, labels }: RegistryFacts,
  { details, lastPull }: Partial<Repository> = {},
): Promise<void> {
  const ask = async (need: RegistryNeed) => {
    if (need.kind === 'last-pull') lastPulls.set(need.tag, (await lastPull?.(need.tag)) ?? 'unknown');
    else if (need.kind === 'manifest')
      manifests.set(need.digest, (await details?.manifest(need.digest)) ?? 'unknown');
    else labels.set(need.digest, (await details?.labels(need.digest)) ?? 'unknown');
  };
  const once = new Map(
    needs.map((need) => [need.kind === 'last-pull' ? need.tag : `${need.kind} ${need.digest}`, need]),
  );
  await pMap(once.values(), ask, { concurrency: QUESTIONS_AT_ONCE });
}

/** What was asked of GitHub, for all repositories of the registry together. */
class AskedGitHub {
  readonly facts = new Map<string, GitHubFacts>();
  readonly #context: OpenContext;
  readonly #unused: Set<BranchPattern>;
  #hasSeenBranches = false;

  constructor(context: OpenContext) {
    this.#context = context;
    this.#unused = new Set(context.inputs.keepCommitsOf);
  }

  get unusedKeepPatterns(): readonly string[] {
    return this.#hasSeenBranches ? [...this.#unused].map(({ text }) => text) : [];
  }

  get asked(): GitHubAsked | undefined {
    const names = [...this.facts]
      .filter(([, { repository }]) => repository?.kind !== 'unreadable')
      .map(([name, { repository }]) => (repository?.kind === 'found' ? repository.name : name));
    const [repository] = names;
    if (repository === undefined) return undefined;
    return this.#context.rules.source.kind === 'from-labels'
      ? { kind: 'from-labels', repositories: [...new Set(names)] }
      : { kind: 'one', repository };
  }

  async ask(needs: readonly GitHubNeed[]): Promise<void> {
    const names = needs.filter(({ kind }) => kind === 'repository').map(({ repository }) => repository);
    const found = names.length > 0 ? await this.#context.github.repositories([...new Set(names)]) : undefined;
    for (const name of names) this.#learn(name, { repository: found?.get(name) ?? { kind: 'unreadable' } });
    for (const [repository, some] of Map.groupBy(needs, (need) => need.repository))
      await this.#askAbout(repository, some).catch((error: unknown) => {
        const { source } = this.#context.rules;
        const isNamedByImage = source.kind === 'from-labels' && repository !== source.repository;
        if (!isNamedByImage || !(error instanceof CredentialRefusedError)) throw error;
        // A repository that only an image names, and that the token may not read, keeps its tags and stops nothing else.
        this.#learn(repository, { repository: { kind: 'unreadable' } });
      });
  }

  async #askAbout(repository: string, needs: readonly GitHubNeed[]): Promise<void> {
    const { github, inputs } = this.#context;
    const known = this.facts.get(repository) ?? NOTHING_ASKED;
    const numbers = new Set(needs.flatMap((need) => (need.kind === 'pull-request' ? [need.number] : [])));
    if (numbers.size > 0) {
      const states = await github.pullRequests(repository, [...numbers]);
      this.#learn(repository, { pullRequests: new Map([...known.pullRequests, ...states]) });
    }
    const tags = needs.filter((need) => need.kind === 'commit');
    if (tags.length > 0) {
      const isKept = (branch: string) => {
        this.#hasSeenBranches = true;
        const matching = inputs.keepCommitsOf.filter((pattern) => pattern.matches(branch));
        for (const pattern of matching) this.#unused.delete(pattern);
        return matching.length > 0;
      };
      const commits = await github.commits(repository, { tags, isKept });
      this.#learn(repository, { commits: new Map([...known.commits, ...commits]) });
    }
    if (needs.some(({ kind }) => kind === 'branches'))
      this.#learn(repository, { branches: await github.branches(repository) });
  }

  #learn(repository: string, facts: Partial<GitHubFacts>): void {
    this.facts.set(repository, { ...(this.facts.get(repository) ?? NOTHING_ASKED), ...facts });
  }
}

/** How often a list is read again. */
const MOST_READINGS = 2;

/**
 * Makes sure that the images of selected signatures are gone. While a list is read page by page, others may delete tags, and
 * a living tag may fall between two pages. So the list is read again, until two readings agree on what lives; where they do
 * not, the signatures are kept.
 */
async function confirmOrphans(
  plan: Plan,
  { repositories, log }: OpenContext,
  decide: (lists: readonly TagList[]) => Promise<readonly Plan[]>,
): Promise<Plan> {
  const { repository } = plan;
  let current = plan;
  const decideAgain = async (list: TagList) => (await decide([list]))[0] ?? current;
  const isSelectedSignature = (judged: JudgedTag) =>
    isSelected(judged) && attachmentOf(judged.tag.name) !== undefined;
  for (let reading = 1; reading <= MOST_READINGS; reading += 1) {
    if (!current.tags.some(isSelectedSignature)) return current;
    log.info(`${repository}: listing again before signatures are deleted`);
    const again = await repositories
      .get(repository)
      ?.list()
      .catch((error: unknown) => {
        // Without a second reading nothing is certain, and the signatures are kept.
        if (error instanceof ServiceError) return undefined;
        throw error;
      });
    if (!again) break;
    const { list, agrees } = merge(current.list, again);
    if (list !== current.list) current = await decideAgain(list);
    if (agrees) return current;
  }
  return decideAgain({ ...current.list, isUnstable: true });
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
