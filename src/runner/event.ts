import { asObject, type JsonObject, parseObject } from '../model/json.ts';
import type { ActionReference } from '../model/result.ts';
import type { Host } from './host.ts';
import { readTextFile } from './read-file.ts';

/** What the event that started the workflow says. */
export interface WorkflowEvent {
  /** The repository that the workflow runs in; absent outside a workflow. */
  readonly repository?: { readonly owner: string; readonly name: string };
  /** On `pull_request` and `pull_request_target`: the pull request's number. Its state is asked from GitHub, never read here. */
  readonly pullRequest?: number;
  /** On `delete`: the branch that was deleted; null where a tag was. */
  readonly deletedBranch?: string | null;
  /** On a `pull_request` from a fork or by Dependabot, whose run has no secrets. */
  readonly withoutSecrets?: 'fork' | 'Dependabot';
  /** Whether the runner offers this job OIDC tokens. */
  readonly offersOidcToken: boolean;
}

type Environment = Host['environment'];

/** Reads the event from the runner's variables and the file that they name. */
export function readEvent({ environment }: Pick<Host, 'environment'>): WorkflowEvent {
  const [owner, name] = environment['GITHUB_REPOSITORY']?.split('/') ?? [];
  const payload = readPayload(environment['GITHUB_EVENT_PATH']);
  return {
    ...(owner && name ? { repository: { owner, name } } : {}),
    ...eventScope(environment['GITHUB_EVENT_NAME'], payload),
    ...secretsOf(environment, payload),
    offersOidcToken: Boolean(environment['ACTIONS_ID_TOKEN_REQUEST_URL']),
  };
}

function eventScope(
  event: string | undefined,
  payload: JsonObject,
): Pick<WorkflowEvent, 'pullRequest' | 'deletedBranch'> {
  switch (event) {
    case 'pull_request':
    case 'pull_request_target': {
      const { number } = payload;
      // Without a number the event is about a pull request that nobody can name: none is.
      return { pullRequest: typeof number === 'number' ? number : 0 };
    }
    case 'delete': {
      const { ref, ref_type: type } = payload;
      return { deletedBranch: type === 'branch' && typeof ref === 'string' ? ref : null };
    }
    default:
      return {};
  }
}

/** Source: docs.github.com, "Troubleshooting Dependabot on GitHub Actions" and "Events that trigger workflows" */
function secretsOf(environment: Environment, payload: JsonObject): Pick<WorkflowEvent, 'withoutSecrets'> {
  // A `pull_request_target` has secrets, unless Dependabot made the branch that it merges into: too rare to hide a missing secret for.
  if (environment['GITHUB_EVENT_NAME'] !== 'pull_request') return {};
  if (environment['GITHUB_ACTOR'] === 'dependabot[bot]') return { withoutSecrets: 'Dependabot' };
  const { head, base } = asObject(payload['pull_request']);
  const repositoryOf = (side: unknown) => asObject(asObject(side)['repo'])['full_name'];
  const isFork = head !== undefined && repositoryOf(head) !== repositoryOf(base);
  return isFork ? { withoutSecrets: 'fork' } : {};
}

/** The action as the workflow named it, for the steps that the summary shows; nothing for a local action. */
export function actionReference(environment: Environment): { readonly action?: ActionReference } {
  const repository = environment['GITHUB_ACTION_REPOSITORY'];
  const ref = environment['GITHUB_ACTION_REF'];
  return repository && ref ? { action: { repository, ref } } : {};
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
