import { jest } from '@jest/globals';
import { type CleanupInputs, readCleanupInputs } from '../../src/cleanup/inputs.ts';

/** Reads inputs as the cleanup does, in this process, from the variables that the runner sets. */
export function readInputs(inputs: Readonly<Record<string, string>>): CleanupInputs {
  const variables = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const before = { ...process.env };
  const log = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  Object.assign(process.env, Object.fromEntries(variables));
  try {
    return readCleanupInputs({ offersOidcToken: false }, 1_716_324_063);
  } finally {
    process.env = before;
    log.mockRestore();
  }
}
