// First of all, so that no signal comes before its handler: loading the rest takes a while.
import '../runner/host.ts';
import { endWith } from '../runner/host.ts';
import { run } from './run.ts';
import { processTerminal } from './terminal.ts';

await endWith(run(processTerminal()));
