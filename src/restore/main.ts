import { restore } from './restore.ts';

await restore();
