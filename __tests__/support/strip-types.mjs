import { stripTypeScriptTypes } from 'node:module';

// Jest's transform for TypeScript: the sources are erasable by rule, so Node's own type stripping is enough.
export default {
  process: (source) => ({ code: stripTypeScriptTypes(source) }),
};
