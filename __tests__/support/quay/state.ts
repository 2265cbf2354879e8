import { createHash } from 'node:crypto';
import type { ImageSeed } from './manifests.ts';
import type { Repository } from './repository.ts';
import type { PrunePolicy } from './rest/repositories.ts';

/** What a test says of a tag; times are Unix seconds, and parts of a second count. */
export interface TagSeed {
  readonly name: string;
  readonly digest?: string;
  /** Bytes; null for a multi-arch image. */
  readonly size?: number | null;
  readonly lastModified?: number;
  readonly expiration?: number;
  readonly immutable?: boolean;
  /** A multi-arch image. Without `images`, nobody can tell what it holds. */
  readonly manifestList?: boolean;
  /** The images in a multi-arch image, which then has a manifest of its own; indexes may be among them. */
  readonly images?: readonly ImageSeed[];
  /** What a multi-arch image with `images` says of itself. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** The labels of its image. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Those of the images that were never pushed. */
  readonly missingImages?: readonly string[];
  /** When it was last pulled; null if never. */
  readonly pulledAt?: number | null;
  /** When it was deleted: then it is history. */
  readonly deletedAt?: number;
}

export type RepositoryState = 'NORMAL' | 'READ_ONLY' | 'MIRROR' | 'ORG_MIRROR';

export interface RepositorySeed {
  readonly public?: boolean;
  readonly state?: RepositoryState;
  readonly description?: string;
  /** By their names, or by more. */
  readonly tags?: readonly (string | TagSeed)[];
}

export interface OAuthToken {
  /** Each includes those before it; `repo:admin` is an owner's, who may also create repositories. */
  readonly scope: 'repo:read' | 'repo:write' | 'repo:admin';
  readonly namespaces: readonly string[] | undefined;
  readonly expired: boolean;
}

export interface Robot {
  readonly password: string;
  readonly permissions: Readonly<Record<string, 'read' | 'write' | 'admin'>>;
}

export interface Federation {
  readonly subject: string;
  readonly issuer?: string;
  readonly audience?: string;
}

/** Everything that the simulated Quay knows. */
export class QuayState {
  readonly repositories = new Map<string, Repository>();
  readonly namespaces = new Set<string>();
  readonly oauthTokens = new Map<string, OAuthToken>();
  readonly robots = new Map<string, Robot>();
  readonly federations = new Map<string, readonly Federation[]>();
  readonly #prunePolicies = new Map<string, Map<string, PrunePolicy>>();
  /** Short-lived passwords of robots that signed in without a stored one. */
  readonly exchanged = new Map<string, string>();
  /** Unix seconds; parts of a second count. */
  readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  add(repository: Repository): void {
    this.repositories.set(repository.name, repository);
    this.namespaces.add(repository.name.split('/')[0] ?? '');
  }

  /** The auto-prune policies of a repository or an organization. */
  prunePolicies(owner: string): Map<string, PrunePolicy> {
    const policies = this.#prunePolicies.get(owner) ?? new Map<string, PrunePolicy>();
    this.#prunePolicies.set(owner, policies);
    return policies;
  }

  /** Whether a token's user has the namespace. */
  sees(token: OAuthToken | undefined, namespace: string): boolean {
    if (!token || !this.namespaces.has(namespace)) return false;
    return token.namespaces?.includes(namespace) ?? true;
  }
}

/** The digest of bytes, or one for something that only has a name. */
export function digestFor(content: string | Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
