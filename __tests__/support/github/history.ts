import { createHash } from 'node:crypto';

export interface NewCommit {
  readonly parents: readonly string[];
  readonly message: string;
  /** Unix seconds. */
  readonly at: number;
}

/** How one commit stands to another. */
export interface Comparison {
  readonly aheadBy: number;
  readonly behindBy: number;
}

/** Names of refs, such as `refs/heads/main`, and the objects that they name. */
export type Refs = () => ReadonlyMap<string, string>;

const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** Commits and tag objects as Git writes them, with its hashes. A test shows that Git itself says the same of them. */
export class History {
  /** By hash: type and text, as Git writes them. */
  readonly objects = new Map([[EMPTY_TREE, 'tree 0\0']]);
  readonly refs: Refs;
  readonly #commits = new Map<string, NewCommit>();
  readonly #madeAs = new Map<string, number>();
  readonly #tags = new Map<string, string>();
  readonly #byBeginning = new Map<string, string[]>();

  constructor(refs: Refs) {
    this.refs = refs;
  }

  /** Every commit, in the order of their making. */
  get commits(): readonly string[] {
    return [...this.#commits.keys()];
  }

  commit(made: NewCommit): string {
    const by = `Somebody <somebody@acme.example> ${made.at} +0000`;
    const parents = made.parents.map((parent) => `parent ${parent}\n`).join('');
    const oid = this.#write(
      'commit',
      `tree ${EMPTY_TREE}\n${parents}author ${by}\ncommitter ${by}\n\n${made.message}\n`,
    );
    if (!this.#commits.has(oid)) this.#madeAs.set(oid, this.#commits.size);
    this.#commits.set(oid, made);
    return oid;
  }

  /** An annotated tag of a commit, or of another such tag. */
  tag(name: string, target: string): string {
    const type = this.#tags.has(target) ? 'tag' : 'commit';
    const oid = this.#write(
      'tag',
      `object ${target}\ntype ${type}\ntag ${name}\ntagger Somebody <somebody@acme.example> 0 +0000\n\n${name}\n`,
    );
    this.#tags.set(oid, target);
    return oid;
  }

  commitOf(oid: string): NewCommit | undefined {
    return this.#commits.get(oid);
  }

  /** What a tag object names; undefined for any other object. */
  targetOf(oid: string): string | undefined {
    return this.#tags.get(oid);
  }

  /** The object that a name or the beginning of a hash stands for; undefined where there is none, or several. */
  find(expression: string): string | undefined {
    if (this.objects.has(expression)) return expression;
    const refs = this.refs();
    const named = refs.get(`refs/tags/${expression}`) ?? refs.get(`refs/heads/${expression}`);
    if (named !== undefined) return named;
    const found = this.#byBeginning.get(expression.slice(0, 7))?.filter((oid) => oid.startsWith(expression));
    return found?.length === 1 ? found[0] : undefined;
  }

  /** Undefined where the two have nothing in common. */
  compare(base: string, head: string): Comparison | undefined {
    const ofBase = this.#ancestors(base);
    const aheadBy = this.#ancestors(head, ofBase).size;
    const common = this.#ancestors(head).size - aheadBy;
    return common === 0 ? undefined : { aheadBy, behindBy: ofBase.size - common };
  }

  /** The commits that lead to `head` and not to `base`, oldest first. */
  between(base: string, head: string): readonly string[] {
    return this.#inOrder(this.#ancestors(head, this.#ancestors(base)));
  }

  /** The commits that lead to one, the newest first. */
  log(oid: string): readonly string[] {
    return this.#inOrder(this.#ancestors(oid)).toReversed();
  }

  /** The commits that lead to one, itself among them, without those that are left out. */
  #ancestors(oid: string, without: ReadonlySet<string> = new Set()): ReadonlySet<string> {
    const found = new Set(without.has(oid) ? [] : [oid]);
    for (const one of found)
      for (const parent of this.#commits.get(one)?.parents ?? []) if (!without.has(parent)) found.add(parent);
    return found;
  }

  /** Oldest first. */
  #inOrder(oids: Iterable<string>): readonly string[] {
    const madeAs = (oid: string) => this.#madeAs.get(oid) ?? 0;
    return [...oids].toSorted((a, b) => madeAs(a) - madeAs(b));
  }

  #write(type: 'commit' | 'tag', text: string): string {
    const object = `${type} ${Buffer.byteLength(text)}\0${text}`;
    const oid = createHash('sha1').update(object).digest('hex');
    if (this.objects.has(oid)) return oid;
    this.objects.set(oid, object);
    const beginning = oid.slice(0, 7);
    this.#byBeginning.set(beginning, [...(this.#byBeginning.get(beginning) ?? []), oid]);
    return oid;
  }
}
