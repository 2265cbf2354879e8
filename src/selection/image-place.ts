import { present } from '../model/json.ts';
import { findReferences, type ImageReference } from './image-references.ts';

/** How a text with a variable, or with a name apart from its tag, is made one that names images. */
export type RenderingTool = 'kustomize build' | 'helm template' | 'docker compose config';

/** What a place of a text says of the image that it may name. */
type Place =
  /** Something else is named: in a comment, in a workflow, or among what a cluster says besides images. */
  | 'elsewhere'
  /** A variable or a template takes part in the tag. */
  | 'variable'
  /** The value of a key whose tag has a key of its own. */
  | 'apart-from-tag'
  /** The value of a key for images. */
  | 'image'
  | 'anywhere';

export interface PlacedReference extends ImageReference {
  readonly place: Place;
  /** Where its word begins. */
  readonly start: number;
  /** What renders its document; absent where nobody can tell. */
  readonly tool?: RenderingTool;
}

/** A document of a text; YAML has several between lines of `---`. */
type TextDocument = ReturnType<typeof documentsOf>[number];

/**
 * Finds the references of a text, and what their places say of them.
 *
 * @param plain - one of the texts of `plainTexts`
 * @param exact - repositories that are known to be named exactly: a further place that does is not looked at
 */
export function* placedReferences(plain: string, exact: ReadonlySet<string>): Generator<PlacedReference> {
  const documents = documentsOf(plain);
  let at = 0;
  for (const { start, end, references } of findReferences(plain)) {
    while (start >= (documents[at]?.end ?? Number.POSITIVE_INFINITY)) at += 1;
    const document = documents[at];
    if (!document) return;
    VARIABLE.lastIndex = end;
    const hasVariable = VARIABLE.test(plain);
    const before = plain.slice(Math.max(0, start - LOOKBACK), start);
    for (const reference of references) {
      const { isBare, isElsewhere, endsWord, repositories, tags } = reference;
      // `__TAG__` is written over by a step of its own.
      const isVariable = (hasVariable && endsWord) || tags.some((tag) => /^__\w+__$/.test(tag));
      const isPlain = !isBare && !isVariable && !document.hasBraces;
      const isSettled = isElsewhere || (isPlain && repositories.every((each) => exact.has(each)));
      const place = isSettled ? 'anywhere' : placeOf(before, document, isVariable);
      yield present({ ...reference, start, place, tool: toolAt(place, document) });
    }
  }
}

/** Source: docs.github.com, "Workflow syntax for GitHub Actions" */
const WORKFLOW = [/^["']?on["']?[ \t]*:/m, /^["']?jobs["']?[ \t]*:/m];
const UID = /\buid\\{0,8}["']?[ \t]*:\s*\\{0,8}["']?[0-9a-f]{8}-[0-9a-f]{4}-/i;
const LIST = [
  /(?:^|[{,])[ \t]*["']?kind["']?[ \t]*:[ \t]*["']?\w*List\b/m,
  /(?:^|[{,])[ \t]*["']?items["']?[ \t]*:/m,
];

function documentsOf(plain: string) {
  const begins = [...plain.matchAll(/^---(?=\s|$)/gm)].map(({ index }) => index).filter((index) => index > 0);
  return [...begins, plain.length].map((end, index) => {
    const text = plain.slice(begins[index - 1] ?? 0, end);
    return {
      text,
      /** Where it ends in the whole text, exclusive. */
      end,
      /** Whether a cluster wrote it: then only what its fields for images name is one. */
      isOfCluster: UID.test(text) || LIST.every((part) => part.test(text)),
      /** Whether it is a workflow of GitHub Actions, which names repositories and tags that are not in use. */
      isWorkflow: WORKFLOW.every((part) => part.test(text)),
      /** Whether it has variables in braces, or templates. */
      hasBraces: /\$\{|\{\{/.test(text),
      hasNewTag: /\bnewTag\b/.test(text),
      /** Whether it is an object for a cluster. */
      isManifest: /^apiVersion[ \t]*:/m.test(text),
      /** What renders it, where its own words tell. */
      tool: toolFor(text),
    };
  });
}

/** So far back a place is looked at. */
const LOOKBACK = 300;
const VARIABLE = /[@:]?(?:\$[a-z_({]|\{|<%|%[a-z_])/iy;
/** What stands between a key and its value: quotes, also in JSON within JSON, the head of a block or a new line. */
const SIGN = /[:=][ \t]*(?:[>|][-+\d]*)?[ \t]*(?:\r?\n[ \t]*)?(?:-[ \t]+)?\\{0,8}["']?$/;
const LONGEST_KEY = 60;
const KEY = /([a-z][\w.-]*)\\{0,8}["']?[ \t]*$/i;
/** `name: image.repository` before `value`, as parameters are written. */
const PARAMETER =
  /\bname\\{0,8}["']?[ \t]*[:=][ \t]*\\{0,8}["']?([\w.-]+)\\{0,8}["']?[\s,]+\\{0,8}["']?value\\{0,8}["']?[ \t]*$/i;
/** `image`, `imageID`, `containerImage`: no argument, and no variable of an environment. */
const FIELD = /^[a-z]*image(?:id|name)?$/i;

function placeOf(before: string, document: TextDocument, isVariable: boolean): Place {
  if (document.isWorkflow || isComment(before.slice(before.lastIndexOf('\n') + 1))) return 'elsewhere';
  // An address of Git, such as `ssh://git@git.example/acme/web`.
  if (/:\/\/[\w.-]+@$/.test(before)) return 'elsewhere';
  const sign = before.search(SIGN);
  const written = KEY.exec(before.slice(Math.max(0, sign - LONGEST_KEY), Math.max(0, sign)))?.[1] ?? '';
  if (document.isOfCluster && !(before[sign] === ':' && FIELD.test(written))) return 'elsewhere';
  const key = (written === 'value' && PARAMETER.exec(before.slice(0, sign))?.[1]) || written;
  if (isVariable || isWithinTemplate(before)) return 'variable';
  if (/(?:repository|newName)$/i.test(key)) return 'apart-from-tag';
  if (key === 'name' && document.hasNewTag) return 'apart-from-tag';
  return /image/i.test(key) ? 'image' : 'anywhere';
}

/** A number sign within quotes begins no comment. */
function isComment(before: string): boolean {
  if (/^\s*(?:\/\/|<!--|\*\s)|\{\{-?\s*\/\*/.test(before)) return true;
  const sign = /(?:^|\s)#/.exec(before);
  if (!sign) return false;
  const quotes = before.slice(0, sign.index).match(/["']/g) ?? [];
  return quotes.length % 2 === 0;
}

/** As the default in `${IMAGE:-acme/web:v1}` or `{{ .Values.image | default "acme/web:v1" }}`. */
function isWithinTemplate(before: string): boolean {
  const opened = Math.max(before.lastIndexOf('{{'), before.lastIndexOf('${'));
  return opened > before.lastIndexOf('}') && !before.slice(opened).includes('\n');
}

function toolFor(text: string): RenderingTool | undefined {
  if (/^services[ \t]*:/m.test(text)) return 'docker compose config';
  if (/\bnewTag\b|\bnewName\b|^kind:[ \t]*Kustomization\b/m.test(text)) return 'kustomize build';
  return text.includes('{{') ? 'helm template' : undefined;
}

/** A variable of a shell may be anybody's, but for one in braces; a manifest without a tag gets it from a kustomization. */
function toolAt(place: Place, { tool, isManifest, hasBraces }: TextDocument): RenderingTool | undefined {
  if (tool) return tool;
  if (place === 'variable') return hasBraces && !isManifest ? 'docker compose config' : undefined;
  return place === 'image' && isManifest ? 'kustomize build' : 'helm template';
}

const VALUE =
  /(?:[=,[{]|:(?=[ \t\\"'])|^[ \t]*-|^)[ \t]*(?:\\{0,8}["'])?([a-z0-9_][\w.-]{0,127})(?:\\{0,8}["'])?(?=[ \t]*(?:[,}\]#\r\n]|$))/gim;

/** All that stands alone as a value and may be a tag, but for what a cluster wrote and for workflows. */
export function plainValues(text: string): ReadonlySet<string> {
  const values = new Set<string>();
  for (const { text: document, isOfCluster, isWorkflow } of documentsOf(text))
    if (!isOfCluster && !isWorkflow) for (const [, value = ''] of document.matchAll(VALUE)) values.add(value);
  return values;
}

/** Whether the text has a key `image`, in YAML or JSON, with a value. */
export function hasImageKey(text: string): boolean {
  return /(?:^[ \t]*(?:-[ \t]+){0,9}|[{,][ \t]*|["'])image(?:\\{0,8}["'])?[ \t]*:[ \t]*(?:\\{0,8}["'])?(?!null\b)[a-z0-9]/im.test(
    text,
  );
}
