import type { Mutation } from './mutation.ts';

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
  /** The v2 API lists deleted tags for a while. */
  readonly staleRegistryList?: boolean;
  readonly absoluteLinks?: boolean;
  /** Whether an image's cosign tags end with its last tag; by the version if not given. */
  readonly deletesSignatures?: boolean;
  /** Whether tags can be taken out of the time machine for good (`PERMANENTLY_DELETE_TAGS`). */
  readonly permanentDeletion?: boolean;
  /** A list that never ends: its last page again and again, or its first two pages in turn. */
  readonly endlessList?: 'last-page' | 'two-pages';
  /** How long a registry token is valid, in seconds. */
  readonly registryTokenSeconds?: number;
  /**
   * The server's clock, in Unix seconds; parts of a second count. This machine's if not given. Every answer's `Date`
   * comes from it.
   */
  readonly now?: () => number;
  /** How long checking an OAuth token or signing in takes one of the server's processors, in milliseconds. */
  readonly bcryptMs?: number;
  /** How many processors the server has for that; 2 if not given. */
  readonly cpus?: number;
  /** A behaviour that is broken on purpose, to show that a check of it can fail. */
  readonly mutation?: Mutation;
}
