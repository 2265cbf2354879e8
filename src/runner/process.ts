/** Runners send the first two, on Windows the last one, and a terminal or a service that goes away the third. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const;

const listeners = new Set<() => void>();
let wasSignalled = false;

// As soon as this module is loaded, so that a program loads it first: no signal ends the process by itself.
for (const signal of SIGNALS)
  process.on(signal, () => {
    wasSignalled = true;
    for (const call of listeners) call();
  });

// A log that nobody reads any more, such as a closed pipe, ends no run: files can still be written. It fails the step.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', () => {
    process.exitCode = 1;
  });

/** Calls back at every signal to end, and at once where one came before; the function that is returned takes that back. */
export function onSignal(call: () => void): () => void {
  listeners.add(call);
  if (wasSignalled) call();
  return () => listeners.delete(call);
}

/** Milliseconds since the process began. */
export function processAge(): number {
  return performance.now();
}

/** How long what is left may keep the process alive, such as a connection to a proxy that never answers. */
const LINGER_MS = 1000;

/** Ends the process with the exit code that the run returns, soon after it, even where something holds the process. */
export async function endWith(run: Promise<number>): Promise<void> {
  const exitCode = await run;
  process.exitCode ||= exitCode;
  setTimeout(() => process.exit(), LINGER_MS).unref();
}
