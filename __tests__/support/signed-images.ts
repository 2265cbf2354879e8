import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endsWithTest, quayWithTags, TOKEN } from './fixture.ts';
import { cosignTag } from './images.ts';
import type { QuayOptions, QuaySimulator } from './quay/simulator.ts';
import { digestFor } from './quay/state.ts';
import { runAction } from './run-action.ts';
import type { FinishedRun } from './run-bundle.ts';

export const now = () => Math.floor(Date.now() / 1000);
export const CLEAN = { 'clean-orphaned-signatures': 'true' };
export const KEEP_SIGNATURES = { tags: 'pr-*', 'exclude-tags': '*.sig' };
export const ROBOT = { token: '', username: 'acme+ci', password: 'robot-password-0123456789' };

/** `acme/web` with `latest` and so many signed previews. */
export async function quayWithSigned(count: number, options: QuayOptions = {}): Promise<QuaySimulator> {
  const quay = await quayWithTags([], options);
  quay.addRobot('acme+ci', ROBOT.password, { 'acme/web': 'write' });
  addSigned(quay, count);
  return quay;
}

export function addSigned(quay: QuaySimulator, count: number): void {
  quay.addTag('acme/web', { name: 'latest', digest: digestFor('latest') });
  for (let number = 1; number <= count; number += 1) {
    const digest = digestFor(`pr-${number}`);
    quay.addTags('acme/web', [
      { name: `pr-${number}`, digest },
      { name: cosignTag(digest), digest: digestFor(`signature of pr-${number}`) },
    ]);
  }
}

export const signatureOf = (name: string) => cosignTag(digestFor(name));

export interface ReportedTag {
  readonly name: string;
  readonly reason: string;
  readonly outcome: string | null;
  readonly takenAlongWith?: string;
}

export function reported(report: string | undefined, name: string): ReportedTag | undefined {
  const tags: readonly ReportedTag[] = JSON.parse(report ?? '').repositories[0].tags;
  return tags.find((tag) => tag.name === name);
}

/** Runs the restore action on a report. */
export function undo(quay: QuaySimulator, report: string | undefined): Promise<FinishedRun> {
  const folder = mkdtempSync(join(tmpdir(), 'report-'));
  endsWithTest({ stop: () => rmSync(folder, { recursive: true, force: true }) });
  const path = join(folder, 'report.json');
  writeFileSync(path, report ?? '');
  return runAction({ action: 'restore', inputs: { registry: quay.url, token: TOKEN, report: path } });
}

/** The report that a run has written so far. */
export function reportIn(folder: string): string | undefined {
  const path = readdirSync(folder)
    .map((name) => join(folder, name, 'report.json'))
    .find((file) => existsSync(file));
  return path && readFileSync(path, 'utf8');
}
