/**
 * Test files that share a process, each a suite of its own, one after the other: what all of them load, compile and
 * open is there once. `test.ts` says which share; a file alone runs as ever, with `node --test file`.
 */
import { after, describe } from 'node:test';

/** Run test files, named from the house's root. */
export async function together(files: readonly string[]): Promise<void> {
  if (files.some((file) => file.startsWith('services/'))) {
    const { closeDatabases, keepDatabases } = await import('./services/src/database.fixture.ts');
    keepDatabases();
    after(closeDatabases);
  }
  if (files.some((file) => file.startsWith('apps/octavo/src/pages/'))) {
    const { closeBrowser, keepBrowser } = await import(
      './apps/octavo/src/pages/browser.fixture.ts'
    );
    keepBrowser();
    after(closeBrowser);
  }
  for (const file of files) {
    // What a file opens at its beginning is opened once the file before has closed what was its own.
    await new Promise<void>((resolve) => {
      describe(file, async () => {
        try {
          await import(new URL(file, import.meta.url).href);
        } finally {
          after(() => resolve());
        }
      });
    });
  }
}
