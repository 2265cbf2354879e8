import type { QuayState } from './state.ts';

/** How a simulated Quay is set up. */
export interface QuayOptions {
  /** HTTPS, with HTTP/2 unless `http2` is false. Without it, plain HTTP/1.1. */
  readonly tls?: boolean;
  readonly http2?: boolean;
  /** The address to listen on; 127.0.0.1 if not given. */
  readonly host?: string;
  /** A free one if not given. */
  readonly port?: number;
  /** The origin that it calls itself, behind a proxy; its own address if not given. */
  readonly publicUrl?: string;
  /** The rate limits at Quay's front; none if not given. */
  readonly limits?: 'quay.io' | 'none';
  /** How long every answer takes, in milliseconds: the round trip of a far server. */
  readonly delayMs?: number;
  /** 3.18 if not given. Older ones lack what came later. */
  readonly version?: string;
  readonly pullStatistics?: boolean;
  readonly absoluteLinks?: boolean;
  /** Whether tags can be taken out of the time machine for good (`PERMANENTLY_DELETE_TAGS`). */
  readonly permanentDeletion?: boolean;
  /** How far a list is behind what was written, in milliseconds: that of a read replica. */
  readonly lagMs?: number;
  /** The registry as a whole takes no writes. */
  readonly readOnly?: boolean;
  /** Nobody pushes, or deletes over the v2 API (`DISABLE_PUSHES`). */
  readonly pushesDisabled?: boolean;
  /** False where who comes without a token sees nothing (`FEATURE_ANONYMOUS_ACCESS`). */
  readonly anonymousAccess?: boolean;
  /** A list that never ends: its last page again and again, or its first two pages in turn. */
  readonly endlessList?: 'last-page' | 'two-pages';
  /** How long a registry token is valid, in seconds. */
  readonly registryTokenSeconds?: number;
  /**
   * The server's clock, in Unix seconds; parts of a second count. This machine's if not given. Every answer's `Date`
   * comes from it.
   */
  readonly now?: () => number;
  /** How long checking an OAuth token or signing in takes one of the server's two processors, in milliseconds. */
  readonly bcryptMs?: number;
}

/** What a Quay of a version can, and how it was configured. */
export type Features = ReturnType<typeof featuresOf>;

export function featuresOf(options: QuayOptions) {
  const [major = 3, minor = 18] = (options.version ?? '3.18').split('.').map(Number);
  const since = (first: number) => major > 3 || minor >= first;
  return {
    /** `filter_tag_name`. */
    filters: since(10),
    /** DELETE by tag over the v2 API. */
    deletesByTag: since(13),
    /** Keyless sign-in. */
    federation: since(13),
    pullStatistics: options.pullStatistics ?? since(16),
    /** The list shows what an index holds, and `immutable` of every tag. */
    fullRows: since(18),
    /** An image's cosign tags end with its last tag. */
    deletesSignatures: since(18),
    permanentDeletion: options.permanentDeletion ?? false,
  } as const;
}

/** What answering a request needs. */
export interface Server {
  readonly state: QuayState;
  readonly features: Features;
  readonly options: QuayOptions;
  /** What it calls itself. */
  readonly origin: string;
  readonly host: string;
  /** The behaviour that is broken on purpose. */
  mutation: Mutation | undefined;
  /** How far its replica is behind now, in milliseconds. */
  lagMs: number;
}

/** Behaviours of the simulated Quay that can be broken on purpose, each to show that a check of it can fail. */
export type Mutation =
  // Deletions and restores are answered as done.
  | 'keeps-deleted'
  | 'deletes-by-digest'
  | 'restores-nothing'
  | 'restores-another'
  | 'forgets-history'
  | 'shortens-window'
  | 'refuses-deletes-over-v2'
  // The list ends the oldest living tag, has one page alone, or its dates are a year off.
  | 'loses-tags'
  | 'one-page'
  | 'reverse-order'
  | 'old-dates'
  | 'future-dates'
  | 'ignores-immutable'
  // An expiration is not set, a minute from now, or at most a year after the tag's start.
  | 'ignores-expiration'
  | 'expires-early'
  | 'tightens-bounds'
  | 'counts-no-pulls'
  | 'counts-listing'
  | 'hides-labels'
  | 'hides-repositories'
  | 'hides-nested'
  | 'hides-public-repositories'
  | 'shows-private-repositories'
  | 'ignores-state'
  | 'accepts-any-token'
  | 'accepts-any-password'
  | 'everybody-pushes'
  | 'refuses-federation'
  | 'demands-owner';
