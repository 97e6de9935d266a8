/** For tests: `octavo` as a process of its own, as a reader of the manual would start it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { assert } from '@octavo/lib/bytes/assert.ts';

/** How a process ended and all that it wrote. */
export type Ended = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
};

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/**
 * Run `octavo` with these words to its end. Its environment is ours without colour and settings, and with `environment`;
 * without an input there is none to read.
 */
export function runOctavo(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  input?: string | Uint8Array,
): Promise<Ended> {
  return endOf(start(words, environment, input));
}

/** Start `octavo` with these words. */
export function start(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  input?: string | Uint8Array,
): ChildProcess {
  const child = spawn(process.execPath, [MAIN, ...words], {
    env: environmentWith(environment),
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  // A process that has seen enough of its input does not read it to the end.
  child.stdin?.on('error', () => undefined).end(input);
  return child;
}

/** Our environment without colour and settings, and with these. */
export function environmentWith(
  environment: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      !/^(OCTAVO_(?!CACHE)|NODE_|NO_COLOR|COLUMNS|COLORTERM|LANG|LC_|DATABASE_URL|PORT)/.test(
        entry[0],
      ),
  );
  return { ...Object.fromEntries(inherited), ...environment };
}

/** Everything a process writes, and how it ends. */
export function endOf(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** The JSON lines of an output. */
export function jsonLines(text: string): readonly Readonly<Record<string, unknown>>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** A world that runs as a process of its own. */
export type WorldProcess = {
  readonly url: string;
  readonly posAddress: string;
  readonly operatorKey: string;
  readonly folder: string;
  /** End it; resolves when it has ended. */
  end(signal: NodeJS.Signals): Promise<Ended>;
};

/** Start `octavo start` on a home folder, and wait until it says where it is. */
export async function startWorld(
  home: string,
  ports: { readonly http: number; readonly pos: number } = { http: 0, pos: 0 },
): Promise<WorldProcess> {
  const words = ['start', '--json', '--port', `${ports.http}`, '--pos-port', `${ports.pos}`];
  const child = start(words, { OCTAVO_HOME: home });
  const ended = endOf(child);
  const line = await new Promise<string>((resolve, reject) => {
    let heard = '';
    child.stdout?.on('data', (text: string) => {
      heard += text;
      if (heard.includes('\n')) resolve(heard);
    });
    void ended.then(({ stderr }) => reject(new Error(`octavo start ended: ${stderr}`)));
  });
  const [started] = jsonLines(line);
  assert(started?.type === 'started', 'the first line says that it started');
  const { url, posAddress, operatorKey, folder } = started;
  return {
    url: String(url),
    posAddress: String(posAddress),
    operatorKey: String(operatorKey),
    folder: String(folder),
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}
