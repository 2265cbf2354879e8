import { readFileSync } from 'node:fs';

/** A request to a real Quay, and what it answered. */
export interface Exchange {
  readonly label: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly authorization: string;
    readonly accept?: string;
    readonly 'content-type'?: string;
    readonly body?: unknown;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
  };
  /** What the registry token of the answer grants. */
  readonly access?: unknown;
}

export interface RecordedTag {
  readonly name: string;
  readonly digest: string;
  readonly startMs: number;
  readonly endMs?: number;
  readonly mediaType: string;
  readonly size: number;
  readonly immutable?: boolean;
}

interface Recording {
  readonly recordedAt: number;
  readonly repositories: readonly {
    readonly repository: string;
    readonly state: 'NORMAL' | 'READ_ONLY' | 'MIRROR';
    readonly public: boolean;
    readonly tags: readonly RecordedTag[];
  }[];
  readonly exchanges: readonly Exchange[];
}

const file = new URL('../fixtures/quay-exchanges.json', import.meta.url);

/** 171 exchanges with a real Quay, and the state that it held. */
export const recording: Recording = JSON.parse(readFileSync(file, 'utf8'));

/** The exchange with a label. */
export function exchange(label: string): Exchange {
  const found = recording.exchanges.find((candidate) => candidate.label === label);
  if (!found) throw new Error(`The recording has no exchange "${label}".`);
  return found;
}
