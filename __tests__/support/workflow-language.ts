import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What the workflow language service finds wrong in workflows and action files. */
export function problemsOf(
  files: readonly { readonly uri: string; readonly text: string }[],
): readonly object[] {
  const validator = fileURLToPath(new URL('validate-workflows.mjs', import.meta.url));
  return JSON.parse(
    execFileSync(process.execPath, [validator], { input: JSON.stringify(files), encoding: 'utf8' }),
  );
}
