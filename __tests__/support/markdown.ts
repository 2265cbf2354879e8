/** A heading of a page, with the anchor that GitHub gives it. */
export interface Heading {
  readonly level: number;
  readonly text: string;
  readonly anchor: string;
}

/** A fenced block of a page. */
export interface Snippet {
  /** `yaml`, `sh`, … */
  readonly language: string;
  readonly text: string;
  /** The headings above it, outermost first. */
  readonly under: readonly string[];
}

const FENCE = /^```(\w*)\n([\s\S]*?)^```$/gm;

export function headingsOf(page: string): readonly Heading[] {
  return [...page.replaceAll(FENCE, '').matchAll(/^(#+) (.*)$/gm)].map(([, marks = '', text = '']) => ({
    level: marks.length,
    text,
    anchor: text
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  }));
}

export function snippetsOf(page: string): readonly Snippet[] {
  return [...page.matchAll(FENCE)].map(({ index, 1: language = '', 2: text = '' }) => ({
    language,
    text,
    under: headingsAbove(page.slice(0, index)),
  }));
}

function headingsAbove(text: string): readonly string[] {
  const path: Heading[] = [];
  for (const heading of headingsOf(text)) {
    while ((path.at(-1)?.level ?? 0) >= heading.level) path.pop();
    path.push(heading);
  }
  return path.map((heading) => heading.text);
}
