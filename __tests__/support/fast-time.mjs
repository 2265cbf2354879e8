// For `node --import`: every wait is a twentieth as long, and the clock that measures waits runs twenty times as fast, so that
// a test need not wait for minutes. The time of day stays as it is.
import { syncBuiltinESMExports } from 'node:module';
import { performance } from 'node:perf_hooks';
import promises from 'node:timers/promises';

const FACTOR = 20;

const realNow = performance.now.bind(performance);
const startedAt = realNow();
performance.now = () => startedAt + (realNow() - startedAt) * FACTOR;
for (const name of ['setTimeout', 'setInterval']) {
  const wait = globalThis[name];
  globalThis[name] = (work, ms, ...rest) => wait(work, (ms ?? 0) / FACTOR, ...rest);
}
const sleep = promises.setTimeout;
promises.setTimeout = (ms, ...rest) => sleep(ms / FACTOR, ...rest);
syncBuiltinESMExports();
