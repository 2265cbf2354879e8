/** A version's section of a changelog in the form of https://keepachangelog.com. */
export interface Section {
  /** `1.2.3`, or `Unreleased`. */
  readonly version: string;
  /** `2026-11-25`; absent for what is not released yet. */
  readonly date?: string;
  readonly notes: string;
}

const HEADING =
  /^## \[(?<version>Unreleased|\d+\.\d+\.\d+)\](?: - (?<date>\d{4}-\d{2}-\d{2}))?(?: \[YANKED\])?$/;
const LINK_DEFINITION = /^\[[^\]]+\]: \S+$/gm;

/**
 * Reads the sections, newest first as they stand.
 *
 * @throws Error for a heading of another form
 */
export function readChangelog(text: string): readonly Section[] {
  return text
    .split(/^(?=## )/m)
    .slice(1)
    .map(readSection);
}

function readSection(text: string): Section {
  const [heading = '', ...lines] = text.split('\n');
  const { version, date } = HEADING.exec(heading.trimEnd())?.groups ?? {};
  if (version === undefined || (version === 'Unreleased') !== (date === undefined))
    throw new Error(
      `CHANGELOG.md has the heading "${heading}". Write "## [1.2.3] - 2026-11-25", or "## [Unreleased]" for what is to come.`,
    );
  const notes = lines.join('\n').replaceAll(LINK_DEFINITION, '').trim();
  return { version, ...(date === undefined ? {} : { date }), notes };
}

/** What keeps a version from being released: it has no section, or an empty one, or package.json has another. */
export function releaseProblems(
  version: string,
  { changelog, declared }: { readonly changelog: string; readonly declared: string },
): readonly string[] {
  const section = readChangelog(changelog).find((each) => each.version === version);
  return [
    ...(declared === version ? [] : [`package.json has version ${declared}, not ${version}.`]),
    ...(section ? [] : [`CHANGELOG.md has no section "## [${version}] - YYYY-MM-DD".`]),
    ...(section?.notes === '' ? [`CHANGELOG.md says nothing about ${version}.`] : []),
  ];
}
