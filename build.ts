// Bundles the launchers' entry and the store's writer thread into dist/, with the tables beside them.

import { spawnSync } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { build } from 'esbuild'

rmSync('dist', { recursive: true, force: true })
await build({
  entryPoints: { main: 'cli/main.ts', 'embedded-worker': 'server/storage/embedded-worker.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.19',
  minify: true,
  legalComments: 'none',
  chunkNames: 'chunk-[hash]',
  // Bundled CommonJS packages look for require.
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
})
cpSync('openapi/v1.36', 'dist/openapi/v1.36', { recursive: true })

// One run fills the compile cache that the launchers use, so that a first start is not slower than the next.
spawnSync('bin/kube-apiserver', ['--version'], { stdio: 'ignore' })
