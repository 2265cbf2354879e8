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
  /** 3.16 if not given. Older ones lack what came later. */
  readonly version?: string;
  readonly pullStatistics?: boolean;
  /** The registry API lists deleted tags for a while. */
  readonly staleRegistryList?: boolean;
  readonly absoluteLinks?: boolean;
  readonly deletesSignatures?: boolean;
  /** How long a registry token is valid, in seconds. */
  readonly registryTokenSeconds?: number;
  /** Unix seconds. */
  readonly now?: () => number;
}
