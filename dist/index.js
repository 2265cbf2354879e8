import { cleanup } from './actions/index.js';

await cleanup();
