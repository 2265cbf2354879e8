import type { Check } from './check.ts';
import { CREDENTIALS } from './checks/credentials.ts';
import { EXPIRATION } from './checks/expiration.ts';
import { IMAGES } from './checks/images.ts';
import { REPOSITORIES } from './checks/repositories.ts';
import { RESTORE } from './checks/restore.ts';
import { SELECTION } from './checks/selection.ts';
import { SIGNATURES } from './checks/signatures.ts';

/** Every check of the suite. */
export const ALL_CHECKS: readonly Check[] = [
  ...IMAGES,
  ...SELECTION,
  ...REPOSITORIES,
  ...SIGNATURES,
  ...EXPIRATION,
  ...RESTORE,
  ...CREDENTIALS,
];
