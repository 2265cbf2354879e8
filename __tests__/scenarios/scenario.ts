import type { ImageLabels, KnownCommit, PullRequestState } from '../../src/model/facts.ts';

type InputName =
  | 'older-than'
  | 'keep-n-most-recent'
  | 'not-pulled-for'
  | 'expire-in'
  | 'tags'
  | 'exclude-tags'
  | 'by-image'
  | 'clean-orphaned-signatures';

/** Inputs of the cleanup action that select tags. */
export type ScenarioInputs = Readonly<Partial<Record<InputName, string>>>;

/** A repository on GitHub: made 1000 days ago, and of its own name, unless it is said. */
export interface ScenarioRepository {
  readonly isUnreadable?: boolean;
  readonly name?: string;
  readonly days?: number;
  readonly pullRequests?: Readonly<Record<number, PullRequestState>>;
  readonly branches?: readonly string[];
  /** The branches of open pull requests, with their numbers. */
  readonly proposed?: Readonly<Record<string, number>>;
  /** By hash; on no branch and in no pull request, unless it is said. */
  readonly commits?: Readonly<Record<string, Partial<KnownCommit> | 'unknown' | 'ambiguous'>>;
}

/** What a registry, GitHub and a workflow are asked for one decision, beside the inputs; of the workflow's own repository first. */
export interface ScenarioFacts extends Omit<ScenarioRepository, 'isUnreadable' | 'name' | 'days'> {
  /** The workflow's event, of its own repository; a schedule where it is absent. */
  readonly event?: { readonly pullRequest: number } | { readonly branch: string | null };
  /** Which GitHub repository is asked; `given` by default. The workflow's own is `acme/app`. */
  readonly source?: 'given' | 'own-labels' | 'from-labels';
  /** GitHub repositories, by the name that is asked for; the workflow's own is found without. */
  readonly repositories?: Readonly<Record<string, ScenarioRepository>>;
  /** The labels of images. */
  readonly labels?: Readonly<Record<string, ImageLabels | 'unknown'>>;
  /** How many days ago a tag was last pulled. */
  readonly pulls?: Readonly<Record<string, number | 'never' | 'unknown'>>;
  /** What reading a manifest shows. */
  readonly images?: Readonly<Record<string, ScenarioContents>>;
  /** Listed names that no tag can have. */
  readonly invalidNames?: readonly string[];
  readonly isUnstable?: boolean;
  /** Texts of files that name images in use. */
  readonly inUse?: string;
  /** The manifests and the labels that are read for the decision, by image; not compared where it is absent. */
  readonly read?: readonly string[];
}

export type Given = ScenarioInputs & ScenarioFacts;

/** Every listed tag with its verdict, newest first, each a day older than the one before unless it is said. */
export type SelectionScenario = { readonly given: Given } & {
  readonly [tag: string]: ScenarioVerdict | JudgedScenarioTag | Given;
};

/** By a sentence about behaviour. */
export type SelectionScenarios = Readonly<Record<string, SelectionScenario>>;

/** One of each value, with its sentence. */
export function each<Value, Scenario>(
  values: readonly Value[],
  make: (value: Value) => readonly [sentence: string, Scenario],
): Readonly<Record<string, Scenario>> {
  return Object.fromEntries(values.map(make));
}

/** The kind of the reason, with what it names. */
export type ScenarioVerdict = `deleted: ${string}` | `kept: ${string}`;

export interface JudgedScenarioTag extends Omit<ScenarioTag, 'name'> {
  readonly is: ScenarioVerdict;
  /** A tag of the image with which Quay may delete the signature; compared in every scenario. */
  readonly deletedWith?: string;
  /** The tags after which a selected tag goes; compared where any tag of the scenario has it. */
  readonly after?: readonly string[];
}

/** The images and the further multi-arch images in one. */
export type ScenarioContents =
  | { readonly images?: readonly string[]; readonly indexes?: readonly string[] }
  | 'unknown';

export interface ScenarioTag {
  readonly name: string;
  /** How many days ago the tag was last modified; null where that is unknown, 1 by default. */
  readonly days?: number | null;
  /** Tags with the same text share an image; null where the digest is unknown, an image of its own by default. */
  readonly image?: string | null;
  readonly immutable?: boolean | undefined;
  /** Whether it has manifests, by default; null where the registry does not tell. */
  readonly multiArch?: boolean | null;
  /** The manifests in a multi-arch image, where the list shows them. */
  readonly manifests?: readonly string[];
  /** Further manifests that the list shows, and that the registry does not have. */
  readonly absent?: readonly string[];
  /** In how many days the registry will expire the tag. */
  readonly expiresIn?: number | undefined;
}

/** The digest of the image that {@link ScenarioTag.image} stands for, in hex: its text in ASCII, filled up with zeros. */
export function imageHex(image: string): string {
  return Buffer.from(image).toString('hex').padEnd(64, '0').slice(0, 64);
}

export const SIGNATURE_OF_A = `sha256-${imageHex('a')}.sig`;
export const ATTESTATION_OF_A = `sha256-${imageHex('a')}.att`;
/** The index of the referrers of an image. */
export const REFERRERS_OF_A = `sha256-${imageHex('a')}`;
/** Attached by a build system. */
export const SOURCES_OF_A = `sha256-${imageHex('a')}.src`;
export const SIGNATURE_OF_B = `sha256-${imageHex('b')}.sig`;
export const SBOM_OF_B = `sha256-${imageHex('b')}.sbom`;
