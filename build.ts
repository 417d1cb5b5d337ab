// Bundles the launchers' entry and the threads into dist/, with the tables beside them.

import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { builtDescriptions } from './openapi/descriptions.ts'
import { generatedDescriptions } from './openapi/generated-descriptions.ts'

/** What upstream's generated code says, where Go has its module already. */
const upstreamDescriptions = (): ReturnType<typeof generatedDescriptions> | undefined => {
  const { stdout } = spawnSync('go', ['env', 'GOMODCACHE'], { encoding: 'utf8', cwd: '/' })
  const path = join(stdout?.trim() ?? '', 'k8s.io/kubernetes@v1.36.3/pkg/generated/openapi/zz_generated.openapi.go')
  return existsSync(path) ? generatedDescriptions(readFileSync(path, 'utf8')) : undefined
}

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
const descriptions = builtDescriptions(upstreamDescriptions())
if (descriptions) writeFileSync(`dist/openapi/${descriptions.file}`, descriptions.text)

// One run fills the compile cache that the launchers use, so that a first start is not slower than the next.
spawnSync('bin/kube-apiserver', ['--version'], { stdio: 'ignore' })
