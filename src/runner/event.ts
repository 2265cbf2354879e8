import { asObject, type JsonObject, parseObject, present } from '../model/json.ts';
import type { ActionReference } from '../model/result.ts';
import type { Host } from './host.ts';
import { readTextFile } from './input-files.ts';

/** What the event that started the workflow says. */
export interface WorkflowEvent {
  readonly scope: EventScope;
  /** On a `pull_request` from a fork or by Dependabot, whose run has no secrets. */
  readonly withoutSecrets?: 'fork' | 'Dependabot';
  /** Whether the runner offers this job OIDC tokens. */
  readonly offersOidcToken: boolean;
  /** The action as the workflow named it, for the steps that the summary shows; absent for a local action. */
  readonly action?: ActionReference;
}

interface EventScope {
  /** The repository that the workflow runs in, `owner/name` in lower case; absent outside a workflow. */
  readonly repository?: string;
  /** On `pull_request` and `pull_request_target`: the pull request's number. Its state is asked from GitHub, never read here. */
  readonly pullRequest?: number;
  /** On `delete`: the branch that was deleted; null where a tag was. */
  readonly branch?: string | null;
}

/** Reads the event from the runner's variables and the file that they name. */
export function readEvent({ environment }: Pick<Host, 'environment'>): WorkflowEvent {
  const payload = readPayload(environment['GITHUB_EVENT_PATH']);
  const event = environment['GITHUB_EVENT_NAME'];
  const repository = environment['GITHUB_ACTION_REPOSITORY'];
  const ref = environment['GITHUB_ACTION_REF'];
  return present({
    scope: present({
      repository: environment['GITHUB_REPOSITORY']?.toLowerCase().match(/^[^/]+\/[^/]+/)?.[0],
      ...narrowedBy(event, payload),
    }),
    withoutSecrets:
      event === 'pull_request' ? lackingSecrets(environment['GITHUB_ACTOR'], payload) : undefined,
    offersOidcToken: Boolean(environment['ACTIONS_ID_TOKEN_REQUEST_URL']),
    action: repository && ref ? { repository, ref } : undefined,
  });
}

function narrowedBy(
  event: string | undefined,
  { number, ref, ref_type: type }: JsonObject,
): Pick<EventScope, 'pullRequest' | 'branch'> {
  switch (event) {
    case 'pull_request':
    case 'pull_request_target':
      // Without a number the event is about a pull request that nobody can name: none is.
      return { pullRequest: typeof number === 'number' ? number : 0 };
    case 'delete':
      return { branch: type === 'branch' && typeof ref === 'string' ? ref : null };
    default:
      return {};
  }
}

/**
 * Why the run of a `pull_request` has no secrets. A `pull_request_target` has them, unless Dependabot made the branch that it
 * merges into: too rare to hide a missing secret for.
 *
 * Source: docs.github.com, "Troubleshooting Dependabot on GitHub Actions" and "Events that trigger workflows"
 */
function lackingSecrets(actor: string | undefined, payload: JsonObject): WorkflowEvent['withoutSecrets'] {
  if (actor === 'dependabot[bot]') return 'Dependabot';
  const { head, base } = asObject(payload['pull_request']);
  const repositoryOf = (side: unknown) => asObject(asObject(side)['repo'])['full_name'];
  return head !== undefined && repositoryOf(head) !== repositoryOf(base) ? 'fork' : undefined;
}

/** In bytes; GitHub cuts payloads at 25 MB. */
const LONGEST_PAYLOAD = 50 * 2 ** 20;

/** What cannot be read says nothing, so that the event narrows placeholders to no pull request and no branch, which keeps tags. */
function readPayload(path: string | undefined): JsonObject {
  if (!path) return {};
  try {
    return parseObject(readTextFile(path, LONGEST_PAYLOAD)) ?? {};
  } catch {
    return {};
  }
}
