import { restore } from '../actions/index.js';

await restore();
