import { readFileSync } from 'node:fs';

/** What the event that started the workflow says. */
export interface WorkflowEvent {
  /** The repository that the workflow runs in; absent outside a workflow. */
  readonly repository?: { readonly owner: string; readonly name: string };
  /** On `pull_request` and `pull_request_target`: the pull request's number. Its state is asked from GitHub, never read here. */
  readonly pullRequest?: number;
  /** On `delete`: the branch that was deleted; null where a tag was. */
  readonly deletedBranch?: string | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the event from the runner's variables and the file that they name. */
export function readEvent(environment: Environment): WorkflowEvent {
  const [owner, name] = environment['GITHUB_REPOSITORY']?.split('/') ?? [];
  const payload = readPayload(environment['GITHUB_EVENT_PATH']);
  return {
    ...(owner && name ? { repository: { owner, name } } : {}),
    ...scopeOf(environment['GITHUB_EVENT_NAME'], payload),
  };
}

function scopeOf(
  event: string | undefined,
  payload: Readonly<Record<string, unknown>>,
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

function readPayload(path: string | undefined): Readonly<Record<string, unknown>> {
  if (!path) return {};
  try {
    const payload: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof payload === 'object' && payload !== null ? { ...payload } : {};
  } catch {
    // A runner always writes this file; without it the event narrows placeholders to nothing, which keeps tags.
    return {};
  }
}
