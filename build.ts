// Bundles the launchers' entry and the threads into dist/, with the tables beside them.

import { spawnSync } from 'node:child_process'
import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { build } from 'esbuild'
import { builtDescriptions } from './openapi/descriptions.ts'

rmSync('dist', { recursive: true, force: true })
await build({
  entryPoints: {
    main: 'cli/main.ts',
    'embedded-worker': 'server/storage/embedded-worker.ts',
    'document-worker': 'openapi/document-worker.ts',
    'controller-worker': 'controllers/controller-worker.ts',
  },
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

// What fields mean, for OpenAPI and `kubectl explain`: a file of its own, which a server reads when somebody asks.
const descriptions = builtDescriptions()
if (descriptions) writeFileSync(`dist/openapi/${descriptions.file}`, descriptions.text)

// One run fills the compile cache that the launchers use, so that a first start is not slower than the next.
spawnSync('bin/kube-apiserver', ['--version'], { stdio: 'ignore' })
