import type { Check } from './check.ts';
import { EXPIRATION } from './checks/expiration.ts';
import { IMAGES } from './checks/images.ts';
import { REPOSITORIES } from './checks/repositories.ts';
import { RESTORE } from './checks/restore.ts';
import { ROBOTS } from './checks/robots.ts';
import { RULES } from './checks/rules.ts';
import { SELECTION } from './checks/selection.ts';
import { SIGNATURES } from './checks/signatures.ts';
import { TOKENS } from './checks/tokens.ts';

/** Every check of the suite. */
export const ALL_CHECKS: readonly Check[] = [
  ...IMAGES,
  ...SELECTION,
  ...RULES,
  ...REPOSITORIES,
  ...SIGNATURES,
  ...EXPIRATION,
  ...RESTORE,
  ...TOKENS,
  ...ROBOTS,
];
