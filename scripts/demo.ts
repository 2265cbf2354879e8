import { DEMO_INPUTS, runDemo } from './demo-run.ts';

// Shows the main job on a simulated Quay: the log, the outputs and the job summary.

const heading = (text: string) => console.log(`\n━━━ ${text} ${'━'.repeat(Math.max(0, 70 - text.length))}\n`);
const shorten = (value: string) =>
  value.length > 160 ? `${value.slice(0, 160)}… (${value.length} characters)` : value;

heading('The step');
console.log('- uses: ./\n  with:');
for (const [name, value] of Object.entries(DEMO_INPUTS)) {
  console.log(
    value.includes('\n') ? `    ${name}: |\n${value.replace(/^/gm, '      ')}` : `    ${name}: ${value}`,
  );
}

heading('The log');
// A runner takes these lines for itself and shows none of them.
const hideMasks = (text: string) => text.replace(/^::add-mask::.*\n/gm, '');
const run = await runDemo((text) => process.stdout.write(hideMasks(text)));

heading('The outputs');
for (const [name, value] of Object.entries(run.outputs)) console.log(`${name} = ${shorten(value)}`);

heading('The job summary');
console.log(run.summary);

heading(`Exit code ${run.exitCode}`);
process.exitCode = run.exitCode ?? 1;
