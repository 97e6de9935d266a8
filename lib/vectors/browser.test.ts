import { deepEqual, equal, ok } from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { build, type Rollup } from 'vite';
import { foundChromium } from './chromium.fixture.ts';
import type { Vector } from './vector.ts';

const lib = fileURLToPath(new URL('../', import.meta.url));
const vectors: readonly Vector[] = [
  ...(read('vectors/vectors.json') as { vectors: readonly Vector[] }).vectors,
  ...globSync('vectors/sheets/*.json', { cwd: lib }).flatMap(
    (file) => read(file) as readonly Vector[],
  ),
];

function read(file: string): unknown {
  return JSON.parse(readFileSync(`${lib}${file}`, 'utf8'));
}

const browser = foundChromium(process.env.CHROMIUM, existsSync);

test('all of lib runs in a browser, and the outside vectors agree there', {
  skip: browser === undefined && 'Chromium is not installed',
}, async () => {
  const modules = globSync('**/*.ts', {
    cwd: lib,
    exclude: ['**/*.test.ts', '**/*.fixture.ts', 'node_modules'],
  });
  ok(modules.length > 100);
  const code = await bundled(modules);
  const page = await openPage();
  try {
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.addScriptTag({ content: code, type: 'module' });
    await page.waitForFunction('globalThis.octavo !== undefined');
    const loaded = await page.evaluate('Object.keys(globalThis.octavo.modules).length');
    equal(loaded, modules.length);
    const checked = await page.evaluate(`globalThis.octavo.run(${JSON.stringify(vectors)})`);
    deepEqual(
      (checked as { id: string; faults: string[] }[]).filter(({ faults }) => faults.length > 0),
      [],
    );
    equal((checked as unknown[]).length, vectors.length);
    deepEqual(errors, []);
  } finally {
    await page.context().browser()?.close();
  }
});

/** One script with every module of `lib`, under the name that it has on disk. */
async function bundled(modules: readonly string[]): Promise<string> {
  const ENTRY = 'virtual:everything';
  const lines = modules.map((path, index) => `import * as m${index} from '${lib}${path}';`);
  const names = modules.map((path, index) => `'${path}': m${index}`);
  const entry = `${lines.join('\n')}
    import { families } from '${lib}vectors/families.ts';
    import { checkVectors } from '${lib}vectors/vector.ts';
    const run = (vectors) =>
      checkVectors(vectors, families).map(({ vector: { id }, faults }) => ({ id, faults }));
    globalThis.octavo = { run, modules: { ${names.join(', ')} } };`;
  const output = await build({
    configFile: false,
    root: lib,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      rolldownOptions: { input: ENTRY, output: { codeSplitting: false } },
    },
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === ENTRY ? id : undefined),
        load: (id) => (id === ENTRY ? entry : undefined),
      },
    ],
  });
  const [{ output: chunks } = { output: [] }] = [output].flat() as Rollup.RollupOutput[];
  equal(chunks.length, 1);
  return (chunks[0] as Rollup.OutputChunk).code;
}

async function openPage() {
  const opened = await chromium.launch({
    executablePath: browser,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  const page = await opened.newPage();
  await page.setContent('<!doctype html><title>octavo lib</title>');
  return page;
}
