// First of all, so that no signal comes before its handler: loading the rest takes a while.
import '../runner/host.ts';
import { actionsHost } from '../runner/actions-host.ts';
import { endWith } from '../runner/host.ts';
import { run } from './run.ts';

await endWith(run(actionsHost()));
