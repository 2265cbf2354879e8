import { describe, expect, test } from '@jest/globals';
import { cleanUp, quayWithTags } from '../support/fixture.ts';
import { previews } from '../support/quay/tags.ts';
import type { FinishedRun } from '../support/run-action.ts';

const ROBOT = { token: '', username: 'acme+ci', password: 'robot-password-0123456789' };

/** The registry does what it is asked, and a gateway answers in its place, each time. */
const GATEWAY = { kind: 'html-after', status: 502 } as const;

function outcomes(run: FinishedRun): readonly string[] {
  const { tags } = JSON.parse(run.report ?? '').repositories[0];
  return tags.flatMap(({ outcome }: { outcome: string | null }) => outcome ?? []);
}

describe('a gateway that answers 502 to what the registry did', () => {
  test.each([3, 8])('makes no failure of %i deletions: the list shows what went', async (count) => {
    const quay = await quayWithTags(['latest']);
    quay.addTags('acme/web', previews(count));
    quay.fault({ method: 'DELETE', fault: GATEWAY });
    const run = await cleanUp(quay, { tags: 'pr-*' });
    expect(run.exitCode).toBe(0);
    expect(run.list('failed')).toEqual([]);
    expect(run.list('deleted')).toHaveLength(count);
    expect(run.list('remaining')).toEqual(['acme/web:latest']);
  });

  test('leaves unknown what a list of names alone cannot show in time', async () => {
    const quay = await quayWithTags(['pr-1', 'latest'], { staleRegistryList: true });
    quay.addRobot(ROBOT.username, ROBOT.password, { 'acme/web': 'write' });
    quay.fault({ method: 'DELETE', fault: GATEWAY });
    const run = await cleanUp(quay, { ...ROBOT, tags: 'pr-*' });
    expect(run.exitCode).toBe(1);
    expect(run.list('failed')).toEqual([]);
    expect(outcomes(run)).toEqual(['unknown']);
  });

  test('makes no failure of an expiration that was set', async () => {
    const quay = await quayWithTags(['pr-1', 'pr-2', 'latest']);
    quay.fault({ method: 'PUT', fault: GATEWAY });
    const run = await cleanUp(quay, { tags: 'pr-*', 'expire-in': '3d' });
    expect(run.exitCode).toBe(0);
    expect(outcomes(run)).toEqual(['expiring', 'expiring']);
    expect(run.list('remaining')).toHaveLength(3);
  });
});

test('a 502 to what the registry did not do is a failure', async () => {
  const quay = await quayWithTags(['pr-1', 'latest']);
  quay.fault({ method: 'DELETE', fault: { kind: 'html', status: 502 } });
  const run = await cleanUp(quay, { tags: 'pr-*' });
  expect(run.exitCode).toBe(1);
  expect(run.list('failed')).toEqual(['acme/web:pr-1']);
  expect(run.log).toContain('answered 502');
});

test('an expiration that nobody answers for and that was not set is a failure', async () => {
  const quay = await quayWithTags(['pr-1', 'latest']);
  quay.fault({ method: 'PUT', fault: { kind: 'html', status: 502 } });
  const run = await cleanUp(quay, { tags: 'pr-*', 'expire-in': '3d' });
  expect(run.exitCode).toBe(1);
  expect(run.list('failed')).toEqual(['acme/web:pr-1']);
});

test('a deletion that is answered without end is unknown until the list shows it', async () => {
  const quay = await quayWithTags(['pr-1', 'latest']);
  quay.fault({ method: 'DELETE', fault: { kind: 'status', status: 202, body: 'x'.repeat(2 ** 21) } });
  const run = await cleanUp(quay, { tags: 'pr-*' });
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('sent an answer of more than 1 MiB, which Quay never does');
  expect(run.list('failed')).toEqual(['acme/web:pr-1']);
  expect(run.list('remaining')).toHaveLength(2);
});
