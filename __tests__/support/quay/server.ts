import type { Features } from './features.ts';
import type { Mutation } from './mutation.ts';
import type { QuayOptions } from './options.ts';
import type { QuayState } from './state.ts';

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
}
