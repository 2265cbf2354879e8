import { describe, expect, test } from '@jest/globals';
import { parseTagName, type Tag } from '../../src/model/tag.ts';
import { type InUse, namesAnyOf, readInUse, usedIn } from '../../src/selection/in-use.ts';
import { refusalOf } from './refusal.ts';

const HEX = '0123456789abcdef'.repeat(4);
const DIGEST = `sha256:${HEX}`;

function read(text: string): InUse {
  return readInUse([{ path: 'pods.yaml', text }]);
}

/** Of text that names no image for sure, too. */
function readAmongOthers(text: string): InUse {
  return read(`image: other\n${text}`);
}

function tagsOf(inUse: InUse, repository = 'acme/web'): readonly string[] {
  return [...(inUse.names.get(repository)?.keys() ?? [])];
}

function tag(name: string, digest?: string): Tag {
  const parsed = parseTagName(name);
  if (!parsed) throw new Error(`${name} is no tag.`);
  return { name: parsed, ...(digest === undefined ? {} : { digest }) };
}

describe('a reference to acme/web:pr-1 is found', () => {
  test.each([
    ['in YAML', 'image: quay.io/acme/web:pr-1\n'],
    ['in a list without white space', '-quay.io/acme/web:pr-1'],
    ['behind a key without white space', 'image:acme/web:pr-1'],
    ['in single quotes', "image: 'quay.io/acme/web:pr-1'"],
    ['in backticks', 'runs `quay.io/acme/web:pr-1`'],
    ['in flow YAML', '{image: acme/web:pr-1}'],
    ['in JSON', '{"image":"quay.io/acme/web:pr-1"}'],
    ['in JSON within JSON', String.raw`"{\"image\":\"acme/web:pr-1\",\"name\":\"web\"}"`],
    ['in JSON within JSON within JSON', String.raw`\\\"acme/web:pr-1\\\"`],
    ['in JSON with slashes escaped', String.raw`"quay.io\/acme\/web:pr-1"`],
    ['in JSON with slashes escaped twice', String.raw`\"quay.io\\\/acme\\\/web:pr-1\"`],
    ['behind a line break in JSON', String.raw`"containers:\nacme/web:pr-1\nother"`],
    ['behind a tab in JSON', String.raw`"\tacme/web:pr-1"`],
    ['behind an encoded quote in JSON', String.raw`"--image\u003dacme/web:pr-1\u0022"`],
    ['in JSON with separators as codes', String.raw`"quay.io\u002Facme\u002fweb\u003apr-1"`],
    ['in JSON with codes escaped twice', String.raw`\"quay.io\\u002facme\\u002fweb\\u003Apr-1\"`],
    ['in YAML with separators as codes', String.raw`"quay.io\x2facme\x2Fweb\x3apr-1"`],
    ['in an address that is encoded', 'image=quay.io%2Facme%2Fweb%3Apr-1%26x'],
    ['behind an encoded quote in an address', '%22acme/web:pr-1%22'],
    ['in an HTML attribute', '&quot;acme/web:pr-1&quot;'],
    ['in a command line', 'kubectl run --image=quay.io/acme/web:pr-1 web'],
    ['with a scheme', 'imageID: docker-pullable://quay.io/acme/web:pr-1'],
    ['behind a port', 'localhost:5000/acme/web:pr-1'],
    ['behind an IPv6 address', '[::1]:5000/acme/web:pr-1'],
    ['behind a mirror', 'mirror.local/quay.io/acme/web:pr-1'],
    ['behind a mirror with a port', 'mirror.local:5000/quay.io:443/acme/web:pr-1'],
    ['behind a proxy project', 'harbor.local/proxy/acme/web:pr-1'],
    ['behind a host with capitals', 'Quay.IO/acme/web:pr-1'],
    ['behind a user name', 'user:secret@quay.io/acme/web:pr-1'],
    ['behind a variable', `image: $\{REGISTRY}/acme/web:pr-1`],
    ['behind a variable without braces', 'image: $REGISTRY/acme/web:pr-1'],
    ['beside a digest', `quay.io/acme/web:pr-1@${DIGEST}`],
    ['before a path', 'acme/web:pr-1:/data'],
    ['in Markdown', '_quay.io/acme/web:pr-1_ and **acme/web:pr-1**'],
    ['in a list with commas', 'acme/api:pr-2,acme/web:pr-1,acme/api:pr-3'],
    ['with Windows line ends', 'image: quay.io/acme/web:pr-1\r\n'],
    ['in a web page', '<!DOCTYPE html><td>quay.io/acme/web:pr-1</td>'],
    ['in the address of a web page', 'https://quay.io/acme/web:pr-1'],
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
      { path: 'empty', text: '' },
      { path: 'first', text },
      { path: 'second', text: `${text}\nimage: acme/web:pr-2` },
    ]);
    expect([...(inUse.names.get('acme/web') ?? [])]).toEqual([
      ['pr-1', 'first'],
      ['pr-2', 'second'],
    ]);
  });
});

describe('a reference without a tag', () => {
  test.each([
    'image: quay.io/acme/web',
    'image: "quay.io/acme/web"',
    `image: quay.io/acme/web:$\{TAG}`,
    'It runs quay.io/acme/web.',
    'quay.io/acme/web/',
    'quay.io/acme/web@sha256:0123',
  ])('means latest: %s', (text) => {
    const inUse = readAmongOthers(text);
    expect(tagsOf(inUse)).toEqual(['latest']);
    expect(inUse.bare).toContain('acme/web');
  });

  test('names no tag where a digest is written', () => {
    const inUse = read(`image: quay.io/acme/web@${DIGEST}`);
    expect(inUse.names.get('acme/web')?.size).toBe(0);
    expect(inUse.bare.size).toBe(0);
    expect(namesAnyOf(inUse, ['acme/web'])).toBe(true);
  });

  test.each(['https://example.com/acme/web', '/acme/web', './acme/web', '../acme/web'])(
    'is not reported for what is no image: %s',
    (text) => {
      expect(readAmongOthers(text).bare).not.toContain('acme/web');
    },
  );
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
  test.each([
    ['nothing', ''],
    [
      'no connection',
      'The connection to the server localhost:8080 was refused - did you specify the right host or port?',
    ],
    [
      'no address',
      'Unable to connect to the server: dial tcp: lookup k.example.com on 10.0.0.2:53: no such host',
    ],
    ['a timeout', 'Unable to connect to the server: net/http: TLS handshake timeout'],
    ['another timeout', 'Unable to connect to the server: dial tcp 10.0.0.1:6443: i/o timeout'],
    ['a refused request', 'Get "https://10.0.0.1:6443/api/v1/namespaces/default/pods?limit=500": EOF'],
    [
      'no permission',
      'Error from server (Forbidden): pods is forbidden: User "system:serviceaccount:ci:x" cannot list',
    ],
    ['no command', '/home/runner/work/_temp/a.sh: line 1: kubectl: command not found'],
    ['a stack', 'at main (/home/runner/app/main.js:12:3)'],
    ['an old plugin', 'exec plugin: invalid apiVersion "client.authentication.k8s.io/v1alpha1"'],
    ['an empty list', 'apiVersion: v1\nitems: []\nkind: List\nmetadata:\n  resourceVersion: ""\n'],
    ['an empty list in JSON', '{"apiVersion": "v1", "items": [], "kind": "List"}'],
    ['an empty value', 'image: ""\n---\nimage: null\n---\nimage:\n  tag: x\n'],
    ['a page', '<!DOCTYPE html>\n<html><script src="a/b:c"></script>image: x "image":"x"</html>'],
    ['a page in an error', 'Error from server: <html><a href="cdn.example.com/a/b/c:d">'],
    ['a log', '10.0.0.1 - - [26/Nov/2026:10:48:01 +0000] "GET / HTTP/1.1" text/html'],
    ['a workflow', 'See .github/workflows/clean.yml and ./a/b:c'],
  ])('are refused: %s', (_, text) => {
    expect(refusalOf(() => read(text))).toBe(
      '`in-use` is "pods.yaml", which names no image. An empty list is taken for a command that failed, such as `kubectl` without access: check the step that writes it.',
    );
  });

  test('are all named, up to five', () => {
    const files = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((path) => ({ path, text: '' }));
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
    `$\{REGISTRY}/acme/web:pr-1`,
    DIGEST,
  ])('are others than those with %s', (text) => {
    expect(() => read(text)).not.toThrow();
  });
});

describe('a tag is in use', () => {
  const inUse = read(`acme/web:pr-1 acme/api@${DIGEST}`);
  const used = (one: Tag, subject?: string) => usedIn(one, subject, { repository: 'acme/web', inUse });

  test('by its name in its own repository', () => {
    expect(used(tag('pr-1'))).toBe('pods.yaml');
    expect(used(tag('pr-2'))).toBeUndefined();
    expect(used(tag('PR-1'))).toBeUndefined();
    expect(usedIn(tag('pr-1'), undefined, { repository: 'acme/api', inUse })).toBeUndefined();
  });

  test('by its digest, whatever repository that is named with', () => {
    expect(used(tag('pr-2', DIGEST))).toBe('pods.yaml');
    expect(used(tag('pr-2', `sha256:${'f'.repeat(64)}`))).toBeUndefined();
  });

  test('by the digest of the image that it signs', () => {
    expect(used(tag(`sha256-${HEX}.sig`), DIGEST)).toBe('pods.yaml');
  });
});

test('files may name none of the repositories', () => {
  const inUse = read('image: quay.io/acme/web:pr-1');
  expect(namesAnyOf(inUse, ['acme/api', 'acme/web'])).toBe(true);
  expect(namesAnyOf(inUse, ['acme/api', 'acme/web-1'])).toBe(false);
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
