import { type InUse, namesAnyOf } from '../selection/in-use.ts';
import { unusedExclusions } from '../selection/rules.ts';
import type { CleanupContext } from './context.ts';
import type { Plan } from './decide-in-rounds.ts';
import type { ResultRecorder } from './result-recorder.ts';

/** What a person should know besides the verdicts: protection that protects nothing, facts that Quay does not give. */
export function noteOnPlans(
  plans: readonly Plan[],
  { rules, record }: CleanupContext,
  unusedKeepPatterns: readonly string[],
): void {
  const names = plans.flatMap(({ tags }) => tags.map(({ tag }) => tag.name));
  for (const pattern of names.length === 0 ? [] : unusedExclusions(rules.exclude, names))
    record.note(
      `The exclusion \`${pattern}\` matches no tag. If it should protect some, check its spelling.`,
    );
  for (const pattern of unusedKeepPatterns)
    record.warn(
      `\`${pattern}\` of \`keep-commits-of\` matches no branch. If it should protect commits, check its spelling.`,
    );
  if (names.length > 0) warnOfUnusedLines(plans, { rules, record });
  if (rules.inUse) noteOnInUse(plans, rules.inUse, record);
  const hasUnknownPulls = plans.some(({ tags }) =>
    tags.some(({ verdict }) => verdict.reason.kind === 'pulls-unknown'),
  );
  if (hasUnknownPulls)
    record.note(
      'The registry does not say when some tags were last pulled, so they are kept. Pull statistics need Quay 3.16 or later, and may be switched off.',
    );
}

type Told = Pick<CleanupContext, 'rules' | 'record'>;

/** A line that matches nothing anywhere is likely a typo. Where it is the only line, the run's last sentence says so. */
function warnOfUnusedLines(plans: readonly Plan[], { rules, record }: Told): void {
  if (rules.tags.length < 2) return;
  const unused = rules.tags.filter((_, index) => plans.every(({ matches }) => matches[index] === 0));
  for (const { line } of unused)
    record.warn(`The line \`${line}\` of \`tags\` matches no tag in any repository.`);
}

function noteOnInUse(plans: readonly Plan[], inUse: InUse, record: ResultRecorder): void {
  const repositories = plans.map(({ repository }) => repository);
  const isNamed =
    namesAnyOf(inUse, repositories) ||
    plans.some(({ listing }) => listing.tags.some(({ digest }) => digest && inUse.digests.has(digest)));
  if (!isNamed && repositories.length > 0)
    record.warn(
      'The files of `in-use` name images, but none of this run. If images of this run are in use, check which files are given.',
    );
  for (const repository of repositories.filter((repository) => inUse.bare.has(repository)))
    record.note(
      `The files of \`in-use\` name ${repository} without a tag or digest, which stands for \`latest\`. Tags and digests that stand elsewhere in the files, as in the values of a chart, are not found: give rendered manifests.`,
    );
}
