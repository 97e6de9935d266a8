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
          // A group that is split by who needs it is named after all of them.
          chunkFileNames: ({ name }) => `assets/${name.split('~')[0]}-[hash].js`,
          assetFileNames: ({ names: [name = '[name]'] }) =>
            `assets/${name.split(/[~.]/)[0]}-[hash][extname]`,
          codeSplitting: { groups: PARTS },
        },
      },
    },
    worker: { format: 'es' },
  };
}

/**
 * What several pages need, in few pieces: a piece of its own for each icon and each small module took fifty requests
 * before the wallet's first word. Later ones stand on earlier ones.
 */
const PARTS = [
  {
    name: 'react',
    test: /node_modules\/(react|react-dom|scheduler|i18next|react-i18next|use-sync-external-store)\//,
  },
  {
    name: 'icons',
    test: /node_modules\/lucide-react\//,
    minShareCount: 2,
    includeDependenciesRecursively: false,
  },
  {
    name: 'kit',
    test: /apps\/web\/kit\//,
    minShareCount: 2,
    includeDependenciesRecursively: false,
    // What the console alone needs is not for phones.
    entriesAware: true,
    entriesAwareMergeThreshold: 30_000,
  },
  {
    name: 'wallet',
    test: /apps\/web\/wallet\//,
    minShareCount: 2,
    includeDependenciesRecursively: false,
  },
];

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
