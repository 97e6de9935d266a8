/** How the pages are built: one app, an entry for each site, no inline script, every asset under a name by its content. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import type { InlineConfig, Plugin } from 'vite';
import { siteNames } from './sites.ts';

const root = fileURLToPath(new URL('.', import.meta.url));

/** The configuration for a build into a folder. */
export function webConfig(outFolder: string): InlineConfig {
  return {
    configFile: false,
    root,
    logLevel: 'error',
    plugins: [react(), named()],
    publicDir: false,
    build: {
      outDir: outFolder,
      emptyOutDir: true,
      target: 'es2023',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 4096,
      rolldownOptions: {
        input: {
          ...Object.fromEntries(siteNames.map((site) => [site, `${root}${site}/index.html`])),
          sw: `${root}wallet/service-worker.ts`,
        },
        output: {
          entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        },
      },
    },
    worker: { format: 'es' },
  };
}

/** What a system asks for by a name of its own when it installs the wallet. */
const NAMED = {
  'manifest.webmanifest': 'wallet/manifest.webmanifest',
  'mark.svg': 'kit/mark.svg',
  'icon-192.png': 'kit/icon-192.png',
  'icon-512.png': 'kit/icon-512.png',
};

function named(): Plugin {
  return {
    name: 'octavo-named-files',
    generateBundle() {
      for (const [fileName, source] of Object.entries(NAMED)) {
        this.emitFile({ type: 'asset', fileName, source: readFileSync(root + source) });
      }
    },
  };
}
