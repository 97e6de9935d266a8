/** Hears what a process says about failures while a world is played: its error log, and what fails with nobody to catch it. */
import { StorageUnavailable } from '@octavo/domain/ports.ts';

/** What was heard. */
export type Log = {
  readonly lines: readonly string[];
  /** Failures that are bugs. A storage that is away may show at an edge as a failed call. */
  readonly failures: readonly string[];
  /** Let the process speak for itself again. */
  end(): void;
};

/** Begin to listen. */
export function listen(): Log {
  const lines: string[] = [];
  const failures: string[] = [];
  const { error: writeError } = console;
  console.error = (...said: readonly unknown[]) => {
    lines.push(said.map(wordsOf).join(' '));
    for (const one of said) {
      if (one instanceof Error && !(one instanceof StorageUnavailable)) failures.push(wordsOf(one));
    }
  };
  const unheard = (error: unknown) => void failures.push(wordsOf(error));
  process.on('unhandledRejection', unheard);
  return {
    lines,
    failures,
    end: () => {
      console.error = writeError;
      process.off('unhandledRejection', unheard);
    },
  };
}

function wordsOf(said: unknown): string {
  return said instanceof Error ? (said.stack ?? said.message) : String(said);
}
