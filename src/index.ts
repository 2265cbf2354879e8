import { cleanup } from './cleanup.ts';

await cleanup();
