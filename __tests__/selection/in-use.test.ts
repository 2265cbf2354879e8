// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of other languages are what is read here
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { Tag } from '../../src/model/tag.ts';
import {
  type InUse,
  linesOfOthers,
  readInUse,
  type UnreadableImage,
  unreadableIn,
  usedIn,
} from '../../src/selection/in-use.ts';
import { tagName } from '../support/tag-name.ts';
import { refusalOf } from './refusal.ts';

const HEX = '0123456789abcdef'.repeat(4);
const DIGEST = `sha256:${HEX}`;

function read(text: string): InUse {
  return readInUse([{ path: 'pods.yaml', text, line: '*.yaml' }]);
}

/** Of text that names no image for sure, too. */
function readAmongOthers(text: string): InUse {
  return read(`image: other\n${text}`);
}

function tagsOf(inUse: InUse, repository = 'acme/web'): readonly string[] {
  return [...(inUse.names.get(repository)?.keys() ?? [])];
}

function tag(name: string, digest?: string): Tag {
  return { name: tagName(name), ...(digest !== undefined && { digest }) };
}

describe('a reference to acme/web:pr-1 is found', () => {
  test.each([
    ['in YAML', 'image: quay.io/acme/web:pr-1\n'],
    ['in a list without white space', '-quay.io/acme/web:pr-1'],
    ['behind a key without white space', 'image:acme/web:pr-1'],
    ['in JSON with slashes escaped twice', String.raw`\"quay.io\\\/acme\\\/web:pr-1\"`],
    ['behind a line break in JSON', String.raw`"containers:\nacme/web:pr-1\nother"`],
    ['behind a tab in JSON', String.raw`"\tacme/web:pr-1"`],
    ['behind an encoded quote in JSON', String.raw`"--image\u003dacme/web:pr-1\u0022"`],
    ['in JSON with separators as codes', String.raw`"quay.io\u002Facme\u002fweb\u003apr-1"`],
    ['in JSON with codes escaped twice', String.raw`\"quay.io\\u002facme\\u002fweb\\u003Apr-1\"`],
    ['in YAML with separators as codes', String.raw`"quay.io\x2facme\x2Fweb\x3apr-1"`],
    ['behind an encoded quote in an address', '%22acme/web:pr-1%22'],
    ['in an HTML attribute', '&quot;acme/web:pr-1&quot;'],
    ['behind a mirror with a port', 'mirror.local:5000/quay.io:443/acme/web:pr-1'],
    ['behind a variable without braces', 'image: $REGISTRY/acme/web:pr-1'],
    ['before a path', 'acme/web:pr-1:/data'],
    ['in Markdown', '_quay.io/acme/web:pr-1_ and **acme/web:pr-1**'],
    ['in a web page', '<!DOCTYPE html><td>quay.io/acme/web:pr-1</td>'],
    ['in the address of a web page', 'https://quay.io/acme/web:pr-1'],
    ['in colours', 'quay.io/acme/\u001b[31mweb\u001b[0m:pr-1'],
    ['behind a colour', '\u001b[31macme/web:pr-1\u001b[0m'],
    ['in colours in JSON', String.raw`"\u001b[1macme/web\u001B[0m:pr-1"`],
    ['with invisible characters', 'quay.io/acme\u200b/web:\ufeffpr-1'],
    ['in entities of HTML', 'quay.io&#47;acme&#x2F;web&#58;pr-1'],
    ['in named entities of HTML', '&quot;acme&sol;web&colon;pr-1&quot;'],
    ['in entities that are encoded twice', 'acme&amp;#47;web&amp;colon;pr-1'],
    ['with two slashes', 'quay.io//acme//web:pr-1'],
    ['with a scheme and two slashes', 'docker-pullable://quay.io//acme/web:pr-1'],
    ['below its key', 'image:\n  quay.io/acme/web:pr-1'],
    ['in a YAML fold', 'image: >-\n  quay.io/acme/web:pr-1'],
    ['in a folded line', 'image: "quay.io/acme/\\\n    web:pr-1"'],
    ['before a folded line', 'docker run acme/web:pr-1\\\n -it'],
  ])('%s', (_, text) => {
    expect(tagsOf(readAmongOthers(text))).toContain('pr-1');
  });

  test('at the end of a sentence, as either spelling', () => {
    expect(tagsOf(read('It runs quay.io/acme/web:pr-12.'))).toEqual(['pr-12.', 'pr-12']);
    expect(tagsOf(read('acme/web:pr-12...'))).toContain('pr-12');
    expect(tagsOf(read(`acme/web:pr-12${'.'.repeat(300)}7`))).toContain('pr-12');
  });

  test('for every suffix of its path of two parts or more', () => {
    expect([...read('mirror.local/quay.io/acme/team/web:pr-1').names.keys()]).toEqual([
      'team/web',
      'acme/team/web',
      'quay.io/acme/team/web',
      'mirror.local/quay.io/acme/team/web',
    ]);
  });

  test('for the namespace that Quay takes where none is written', () => {
    expect(tagsOf(read('image: quay.example:8443/web:pr-1'), 'library/web')).toEqual(['pr-1']);
  });

  test('behind one escape and behind another', () => {
    const inUse = readAmongOthers('%22acme/web:pr-1 \\22acme/web:pr-1');
    expect([...inUse.names.keys()]).toEqual(['22acme/web', 'acme/web', '2acme/web']);
  });

  test('with the first file that names it', () => {
    const text = 'image: quay.io/acme/web:pr-1';
    const inUse = readInUse([
      { path: 'empty', text: '', line: '*' },
      { path: 'first', text, line: '*' },
      { path: 'second', text: `${text}\nimage: acme/web:pr-2`, line: '*' },
    ]);
    expect([...(inUse.names.get('acme/web') ?? [])]).toEqual([
      ['pr-1', 'first'],
      ['pr-2', 'second'],
    ]);
  });
});

describe('a reference without a tag', () => {
  test.each([
    'quay.io/acme/web',
    'image: "quay.io/acme/web"',
    'image: quay.io/acme/web:${TAG}',
    'It runs quay.io/acme/web.',
    'quay.io/acme/web/',
    'quay.io/acme/web@sha256:0123',
  ])('means latest: %s', (text) => {
    expect(tagsOf(readAmongOthers(text))).toEqual(['latest']);
  });

  test('names no tag where a digest is written', () => {
    expect(read(`image: quay.io/acme/web@${DIGEST}`).names.get('acme/web')?.size).toBe(0);
  });
});

describe('a digest', () => {
  test.each([DIGEST, `imageID: quay.io/acme/web@${DIGEST}`, DIGEST.toUpperCase(), `sha256%3A${HEX}`])(
    'that is written as one counts as one: %s',
    (text) => {
      const inUse = read(text);
      expect([...inUse.digests]).toEqual([[DIGEST, 'pods.yaml']]);
      expect(inUse.namesDigests).toBe(true);
    },
  );

  test.each([
    ['hexadecimal digits alone', HEX],
    ['the name of a signature', `acme/web:sha256-${HEX}.sig`],
    ['the name of a container', `containerd://${HEX}`],
    ['digits before it', `00${HEX}`],
    ['digits behind it', `${HEX}00`],
    ['much text before it', `${' '.repeat(1001)}${HEX}`],
  ])('protects by %s', (_, text) => {
    const inUse = readAmongOthers(text);
    expect([...inUse.digests.keys()]).toContain(DIGEST);
    expect(inUse.namesDigests).toBe(false);
  });

  test('of fewer digits is none', () => {
    expect(readAmongOthers(`sha256:${HEX.slice(1)} ${HEX.slice(1)}`).digests.size).toBe(0);
  });
});

describe('files that name no image', () => {
  const NO_IMAGE = {
    nothing: '',
    'no connection':
      'The connection to the server localhost:8080 was refused - did you specify the right host or port?',
    'no address':
      'Unable to connect to the server: dial tcp: lookup k.example.com on 10.0.0.2:53: no such host',
    'a timeout': 'Unable to connect to the server: net/http: TLS handshake timeout',
    'another timeout': 'Unable to connect to the server: dial tcp 10.0.0.1:6443: i/o timeout',
    'a refused request': 'Get "https://10.0.0.1:6443/api/v1/namespaces/default/pods?limit=500": EOF',
    'no permission':
      'Error from server (Forbidden): pods is forbidden: User "system:serviceaccount:ci:x" cannot list',
    'no command': '/home/runner/work/_temp/a.sh: line 1: kubectl: command not found',
    'a stack': 'at main (/home/runner/app/main.js:12:3)',
    'an old plugin': 'exec plugin: invalid apiVersion "client.authentication.k8s.io/v1alpha1"',
    'an empty list': 'apiVersion: v1\nitems: []\nkind: List\nmetadata:\n  resourceVersion: ""\n',
    'an empty list in JSON': '{"apiVersion": "v1", "items": [], "kind": "List"}',
    'an empty value': 'image: ""\n---\nimage: null\n---\nimage:\n  tag: x\n',
    'a page': '<!DOCTYPE html>\n<html><script src="a/b:c"></script>image: x "image":"x"</html>',
    'a page in an error': 'Error from server: <html><a href="cdn.example.com/a/b/c:d">',
    'a log': '10.0.0.1 - - [26/Nov/2026:10:48:01 +0000] "GET / HTTP/1.1" text/html',
    'a workflow': 'See .github/workflows/clean.yml and ./a/b:c',
  };
  test.each(Object.entries(NO_IMAGE))('are refused: %s', (_, text) => {
    expect(refusalOf(() => read(text))).toBe(
      '`in-use` is "pods.yaml", which names no image. An empty list is taken for a command that failed, such as `kubectl` without access: check the step that writes it.',
    );
  });

  test('are all named, up to five', () => {
    const files = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((path) => ({ path, text: '', line: '*' }));
    expect(refusalOf(() => readInUse(files.slice(0, 2)))).toContain(
      'is "a", "b", which together name no image.',
    );
    expect(refusalOf(() => readInUse(files))).toContain('is "a", "b", "c", "d", "e", 2 more, which together');
  });

  test.each([
    'image: nginx',
    '  - image: "nginx"',
    '{"image":"nginx"}',
    String.raw`{\"image\":\"nginx\"}`,
    'Image:   nginx',
    'acme/web:pr-1',
    'quay.io/acme/web',
    'docker-pullable://quay.io/acme/web',
    '${REGISTRY}/acme/web:pr-1',
    'repository: acme/web',
    DIGEST,
  ])('are others than those with %s', (text) => {
    expect(() => read(text)).not.toThrow();
  });
});

describe('a tag is in use', () => {
  const inUse = read(`acme/web:pr-1 acme/api@${DIGEST}`);
  const used = (one: Tag, subject?: string) => usedIn(one, subject, { repository: 'acme/web', inUse });
  const named = { kind: 'in-use', file: 'pods.yaml' };

  test('by its name in its own repository', () => {
    expect(used(tag('pr-1'))).toEqual(named);
    expect(used(tag('pr-2'))).toBeUndefined();
    expect(used(tag('PR-1'))).toBeUndefined();
    expect(usedIn(tag('pr-1'), undefined, { repository: 'acme/api', inUse })).toBeUndefined();
  });

  test('by its digest, whatever repository that is named with', () => {
    expect(used(tag('pr-2', DIGEST))).toEqual(named);
    expect(used(tag('pr-2', `sha256:${'f'.repeat(64)}`))).toBeUndefined();
  });

  test('by the digest of the image that it signs', () => {
    expect(used(tag(`sha256-${HEX}.sig`), DIGEST)).toEqual(named);
  });
});

/** The tags, of those that a repository may have, that the texts keep in `acme/web`; `all` where one cannot be told. */
function kept(...texts: readonly string[]): readonly string[] | 'all' {
  const files = texts.map((text, index) => ({ path: `${index}.yaml`, text, line: '*.yaml' }));
  const inUse = readInUse([{ path: 'other', text: 'image: other', line: 'other' }, ...files]);
  if (unreadableIn(inUse, 'acme/web')) return 'all';
  const listed = ['v1.4.0', 'v1.3.0', 'latest', 'main', 'pr-7', 'web', '8080'];
  return listed.filter((name) => usedIn(tag(name), undefined, { repository: 'acme/web', inUse }));
}

function unreadable(text: string): UnreadableImage | undefined {
  return unreadableIn(readAmongOthers(text), 'acme/web');
}

const TEXTS = new URL('texts/', import.meta.url);

/** Texts of a real shape, with the names of people and places replaced. */
function textOf(name: string): string {
  return readFileSync(new URL(name, TEXTS), 'utf8');
}

describe('every tag of a repository is kept where the tag cannot be told', () => {
  test.each<[string, string, number, UnreadableImage['tool']]>([
    ['a kustomization', 'kustomization.yaml', 10, 'kustomize build'],
    ['values of a chart', 'values.yaml', 7, 'helm template'],
    ['a template of a chart', 'deployment.tpl.yaml', 15, 'helm template'],
    ['parameters of Argo CD', 'argo-application.yaml', 17, 'helm template'],
    ['a Compose file', 'compose.yaml', 4, 'docker compose config'],
  ])('as in %s, with the line and what renders it', (_, name, line, tool) => {
    expect(unreadable(textOf(name))).toEqual({ file: 'pods.yaml', line: line + 1, tool });
  });

  test.each([
    'image: quay.io/acme/web${SUFFIX}',
    'image: quay.io/acme/web@${DIGEST}',
    'image: ${IMAGE:-quay.io/acme/web:v1.4.0}',
    'image: {{ .Values.image | default "quay.io/acme/web:v1.4.0" }}',
    'docker run quay.io/acme/web:$TAG',
    'title: "issue #7" image: quay.io/acme/web:$TAG',
    'a: "release #1 acme/web:$TAG',
    'image: quay.io/acme/${SERVICE}:${TAG}',
    'image: "quay.io/acme/{{ .Chart.Name }}:v1"',
    'newName: quay.io/acme/web',
    'images: [{name: web, newName: quay.io/acme/web, newTag: v7}]',
    'repository: acme/web',
    '"repository": "quay.io/acme/web"',
    String.raw`"{\"repository\":\"quay.io/acme/web\"}"`,
    '{repository: acme/web, tag: v1}',
    'repository: oci://quay.io/acme/web',
    'repository: >-\n  quay.io/acme/web',
    'imageRepository: quay.io/acme/web',
    'helm upgrade web --set image.repository=quay.io/acme/web,image.tag=v1.4.0',
    '- name: quay.io/acme/web\n  newTag: v1.4.0',
    'images: [{newTag: v1, name: quay.io/acme/web}]',
    '{"name":"image.repository","value":"quay.io/acme/web"}',
    'image: quay.io/acme/web',
    '{"image":"quay.io/acme/web"}',
    '- image:\n    acme/web',
    'images:\n- quay.io/acme/web',
    'image: &quot;quay.io/acme/web&quot;',
    'newName: quay.io/acme//web',
    'image: {{ printf "%s:%s" "quay.io/acme/web" .Values.tag }}',
    'annotations: {argocd-image-updater.argoproj.io/image-list: web=quay.io/acme/web}',
    'image: quay.io/acme/\u001b[31mweb\u001b[0m:$TAG',
  ])('%j', (text) => {
    expect(kept(text)).toBe('all');
  });

  test('with the first place, whose line is counted as it stands in the file', () => {
    const text = '# quay.io/acme/web:$TAG\n\r\nimage: "quay.io/acme/\\\n  web:$TAG"';
    expect(unreadable(text)).toMatchObject({ line: 4 });
  });

  test('and nobody can tell what writes a file with variables of a shell', () => {
    expect(unreadable('docker run acme/web:$TAG')).toEqual({ file: 'pods.yaml', line: 2 });
  });
});

describe('what is named exactly alone is kept', () => {
  test.each([
    ['without a tag, where a tag is named as well', ['image: acme/web', 'acme/web:v1.4.0']],
    [
      'without a tag, where a digest is named as well',
      [`image: acme/web\nimageID: quay.io/acme/web@${DIGEST}`, 'v1.4.0 acme/web:v1.4.0'],
    ],
  ])('%s: latest', (_, texts) => {
    expect(kept(...texts)).toEqual(['v1.4.0', 'latest']);
  });

  test('where a comment alone names a tag, that does not tell which runs', () => {
    expect(kept('image: acme/web # was acme/web:v1.3.0')).toBe('all');
  });

  test.each([
    '# image: quay.io/acme/web:$TAG',
    'image: other # or quay.io/acme/web:$TAG',
    '// image: quay.io/acme/web:$TAG',
    '<!-- image: quay.io/acme/web:$TAG -->',
    '{{- /* image: quay.io/acme/web:$TAG */}}',
    'home: https://quay.io/acme/web:$TAG',
    'repository: https://quay.io/acme/web',
    'repository: https://github.com/acme/web',
    'repository: github.com/acme/web',
    'repoURL: git@github.com:acme/web.git',
    'repository: git@github.com:acme/web',
    'repository: ssh://git@git.example/acme/web',
    'repository: git::https://git.example/acme/web',
    'image: ./acme/web',
    'name: acme/web',
    'mountPath: /data/acme/web:$X',
    'volumes: [acme/web:v2:/data/$X]',
  ])('and nothing else by what is no image: %j', (text) => {
    expect(kept(text)).not.toBe('all');
    expect(kept(text)).not.toContain('v1.4.0');
  });

  test('and what stands as a plain value in a file that names the repository', () => {
    const text = 'image: acme/web:v1.3.0\ntag: v1.4.0\nargs: ["pr-7"]\nports:\n  - 8080\ntext: web and main';
    expect(kept(text)).toEqual(['v1.4.0', 'v1.3.0', 'pr-7', '8080']);
    expect(kept('{"image":"acme/web:v1.3.0","tag":"v1.4.0"}')).toEqual(['v1.4.0', 'v1.3.0']);
    expect(kept('acme/web:v1.3.0', 'tag: v1.4.0')).toEqual(['v1.3.0']);
    expect(kept('image: acme/web:v1.3.0\nimage: acme/api:v1.4.0')).toEqual(['v1.3.0']);
  });

  test.each(['pods-and-deployments.yaml', 'pods.json', 'pods-with-one.json'])(
    'by what a cluster wrote, with its annotations, arguments and environment: %s',
    (name) => {
      expect(kept(textOf(name))).toEqual(['v1.4.0', 'latest']);
    },
  );

  test('by a workflow, which names its repository and tags as inputs', () => {
    expect(kept(textOf('workflow.yaml'))).toEqual(['latest']);
  });

  test('by each document of a file as what it is', () => {
    const text = `${textOf('workflow.yaml')}\n---\nimage: acme/web:v1.4.0\n---\n${textOf('workflow.yaml')}`;
    expect(kept(text)).toEqual(['v1.4.0', 'latest']);
    expect(kept(`${textOf('pods-and-deployments.yaml')}\n---\nvalue: pr-7`)).toContain('pr-7');
  });
});

test('a line whose files name only other images is told of', () => {
  const digest = `sha256:${'f'.repeat(64)}`;
  const inUse = readInUse([
    { path: 'a', text: 'image: quay.io/acme/web:v1', line: 'a' },
    { path: 'b/1', text: 'image: postgres:15', line: 'b/*' },
    { path: 'b/2', text: 'kind: Service', line: 'b/*' },
    { path: 'c', text: 'kind: Service', line: 'c' },
    { path: 'd/1', text: 'image: postgres:15', line: 'd/*' },
    { path: 'd/2', text: 'image: quay.io/acme/web', line: 'd/*' },
    { path: 'e', text: `image: mirror.example/x@${digest}`, line: 'e' },
  ]);
  const linesBeside = (repository: string, digests: readonly string[]) =>
    linesOfOthers(inUse, { repositories: new Set([repository]), digests: new Set(digests) });
  expect(linesBeside('acme/web', [digest])).toEqual(['b/*']);
  expect(linesBeside('acme/web-1', [])).toEqual(['a', 'b/*', 'd/*', 'e']);
});

test.each([
  ['a/', 'a'],
  ['a/b:', '.'],
  ['', '- '],
  ['', '0'],
  ['', '/'],
  ['', '\\/'],
  ['', '%2F'],
  ['a/', 'a:'],
  ['{image', ' '],
])('millions of characters of one kind are no obstacle: %j and many %j', (start, repeated) => {
  const noise = start + repeated.repeat(2_000_000 / repeated.length);
  expect(tagsOf(read(`${noise}\nimage: quay.io/acme/web:pr-1\n${noise}`))).toContain('pr-1');
});
