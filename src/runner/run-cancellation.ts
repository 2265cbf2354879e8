import { listenForCancellation } from './cancellation.ts';

/** The cancellation of this process. It listens as soon as this module is loaded, which a program does before all others. */
export const cancellation = listenForCancellation();
