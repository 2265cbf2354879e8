// Made from action.yml, restore/action.yml and package.json by `npm run docs`.

/** An input of an action, as its action.yml declares it. */
export interface ActionInput {
  readonly name: string;
  readonly description: string;
  readonly isBoolean: boolean;
  /** Whether it takes one value a line. */
  readonly isList: boolean;
  readonly default?: string;
}

export const VERSION = '0.0.0';

export const ACTIONS: Readonly<Record<'cleanup' | 'restore', readonly ActionInput[]>> = {
  cleanup: [
    {
      name: 'repository',
      description:
        "Quay repositories, one per line: `acme/web`, or `acme/previews-*` (a glob over the namespace's repositories; `**` also takes names with another slash).",
      isBoolean: false,
      isList: true,
    },
    {
      name: 'tags',
      description:
        'Rules, one per line: a glob (`pr-{pr}*`) or a regular expression (`/^pr-\\d+$/`) of the tags to delete, and conditions after it (`nightly-* older-than=14d`); or `!pattern` to take tags out again.',
      isBoolean: false,
      isList: true,
    },
    {
      name: 'exclude-tags',
      description: 'Patterns of tags that are never deleted, one per line. Exclusion always wins.',
      isBoolean: false,
      isList: true,
    },
    {
      name: 'registry',
      description: 'Host of the Quay registry, as `host`, `host:port` or `https://host`.',
      isBoolean: false,
      isList: false,
      default: 'quay.io',
    },
    {
      name: 'token',
      description: 'OAuth access token with the scope `repo:write`.',
      isBoolean: false,
      isList: false,
    },
    {
      name: 'username',
      description:
        "A robot account, such as `acme+ci`. Without `password` the run is keyless: it signs in with GitHub's OIDC token and needs `permissions: id-token: write`.",
      isBoolean: false,
      isList: false,
    },
    { name: 'password', description: "The robot account's token.", isBoolean: false, isList: false },
    {
      name: 'oidc-audience',
      description: "Audience of the GitHub OIDC token of a keyless run. Without it, the registry's host.",
      isBoolean: false,
      isList: false,
    },
    {
      name: 'older-than',
      description:
        'Only delete tags last modified longer ago than this duration, such as `30d`, `1w 3d` or `6 months`, or before a date (`2026-04-01`, UTC).',
      isBoolean: false,
      isList: false,
    },
    {
      name: 'keep-n-most-recent',
      description:
        'Per repository, of the tags that match `tags` and are not excluded, keep the newest N as the server orders them, even if other conditions are met. With `{group}` in the pattern, N of each group.',
      isBoolean: false,
      isList: false,
    },
    {
      name: 'not-pulled-for',
      description: "Only delete tags that were not pulled within this duration, by Quay's pull statistics.",
      isBoolean: false,
      isList: false,
    },
    {
      name: 'by-image',
      description:
        'All tags of one image (digest) go or stay together: none is deleted while one of them is kept, and `keep-n-most-recent` counts images.',
      isBoolean: true,
      isList: false,
      default: 'false',
    },
    {
      name: 'in-use',
      description:
        'Path of a file, or a glob of files, one per line, that name images in use, in any text (`kubectl get pods -A -o yaml`, rendered manifests): tags that they name, by tag or by digest, are kept.',
      isBoolean: false,
      isList: true,
    },
    {
      name: 'plan',
      description:
        "Path of a dry run's report: only tags that it selected, on the same digest, are deleted, and only if the rules select them still.",
      isBoolean: false,
      isList: false,
    },
    {
      name: 'plan-max-age',
      description: 'An older `plan` is refused.',
      isBoolean: false,
      isList: false,
      default: '24h',
    },
    {
      name: 'github-repository',
      description:
        "`owner/name` of the GitHub repository whose pull requests, branches and commits `{pr}`, `{branch}` and `{commit}` name. Without it, the workflow's own. `from-labels`: for each tag the one that its image says it was built from.",
      isBoolean: false,
      isList: false,
    },
    {
      name: 'keep-commits-of',
      description:
        "Branches whose commits `{commit}` keeps besides the default branch's, as globs, one per line.",
      isBoolean: false,
      isList: true,
    },
    {
      name: 'max-deletes',
      description:
        'A number, or a share of the listed tags of all repositories such as `50%`. A plan that deletes more fails before anything is deleted.',
      isBoolean: false,
      isList: false,
    },
    {
      name: 'expire-in',
      description:
        'Instead of deleting the tags, let Quay expire them after this duration. A tag for which Quay would set an earlier time is kept. `never` takes the expiration of the selected tags away.',
      isBoolean: false,
      isList: false,
    },
    {
      name: 'clean-orphaned-signatures',
      description:
        'Also delete cosign tags (`sha256-<hex>.sig`, `.att`, `.sbom`) whose image has no living tag left.',
      isBoolean: true,
      isList: false,
      default: 'false',
    },
    {
      name: 'shard',
      description:
        '`2/8` makes this run take the second of eight stable shares of the matching repositories, to spread an organisation over the jobs of a matrix.',
      isBoolean: false,
      isList: false,
    },
    {
      name: 'time-budget',
      description:
        'When this duration is over, stop deleting, report, and succeed with a warning; the run fails where it has no plan by then.',
      isBoolean: false,
      isList: false,
    },
    {
      name: 'dry-run',
      description: 'Show the plan and change nothing.',
      isBoolean: true,
      isList: false,
      default: 'false',
    },
    {
      name: 'github-token',
      description: 'GitHub token to look up pull requests, branches and commits.',
      isBoolean: false,
      isList: false,
    },
    {
      name: 'concurrency',
      description:
        'Requests in flight at most, from 1 to 100. Without it, their number follows the round trip, up to 100.',
      isBoolean: false,
      isList: false,
    },
  ],
  restore: [
    {
      name: 'repository',
      description:
        'Quay repositories, one per line, such as `acme/web`. With `report`, it narrows what comes back.',
      isBoolean: false,
      isList: true,
    },
    {
      name: 'tags',
      description:
        'Patterns of the tags to restore, one per line, as in the cleanup action. With `report`, it narrows what comes back.',
      isBoolean: false,
      isList: true,
    },
    {
      name: 'exclude-tags',
      description: 'Patterns of tags that are not restored, one per line. Exclusion always wins.',
      isBoolean: false,
      isList: true,
    },
    {
      name: 'deleted-within',
      description: 'Only restore tags that were deleted within this duration.',
      isBoolean: false,
      isList: false,
      default: '24h',
    },
    {
      name: 'report',
      description:
        "Path of a cleanup's JSON report. Restores exactly what that run deleted, with the expirations that the tags had.",
      isBoolean: false,
      isList: false,
    },
    {
      name: 'registry',
      description: 'Host of the Quay registry, as `host`, `host:port` or `https://host`.',
      isBoolean: false,
      isList: false,
      default: 'quay.io',
    },
    {
      name: 'token',
      description: 'OAuth access token with the scope `repo:write`.',
      isBoolean: false,
      isList: false,
    },
    {
      name: 'dry-run',
      description: 'Show what would be restored and change nothing.',
      isBoolean: true,
      isList: false,
      default: 'false',
    },
    {
      name: 'concurrency',
      description:
        'Requests in flight at most, from 1 to 100. Without it, their number follows the round trip, up to 100.',
      isBoolean: false,
      isList: false,
    },
  ],
};
