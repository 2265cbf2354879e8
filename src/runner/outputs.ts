import type { Host } from './host.ts';
import type { Log } from './log.ts';
import type { Secrets } from './secrets.ts';

/** What a run gives the workflow at its end. */
interface Publication {
  readonly outputs: readonly { readonly name: string; readonly value: string }[];
  /** GitHub-flavoured Markdown. */
  readonly summary: string;
}

/**
 * Sets the outputs as they are, and writes the job summary without secrets. What cannot be written does not keep the rest from
 * being written.
 *
 * @returns what could not be written, one sentence each
 */
export function publish(
  { outputs, summary }: Publication,
  { host, log, secrets }: { readonly host: Host; readonly log: Log; readonly secrets: Secrets },
): readonly string[] {
  const unset = attempt('The outputs could not be written', log, () => {
    for (const { name, value } of outputs) host.setOutput(name, value);
  });
  const unwritten = attempt('The job summary could not be written', log, () =>
    host.writeSummary(secrets.redact(summary)),
  );
  return [...unset, ...unwritten];
}

/** Runs what may fail, such as writing a file; what failed, in a sentence. */
export function attempt(failed: string, log: Log, write: () => void): readonly string[] {
  try {
    write();
    return [];
  } catch (error) {
    return [`${failed}: ${log.explain(error)}. Check the disk of the runner and its environment variables.`];
  }
}
