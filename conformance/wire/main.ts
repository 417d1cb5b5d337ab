// The resourceVersion tables of KEP-2340, row by row, on ours and on the real kube-apiserver: the same question must get the same answer.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endReal, startOurs, startReal } from '../differential/server-process.ts'
import { revisionRows } from './revision-rows.ts'

const folder = mkdtempSync(join(tmpdir(), 'dinghy-wire-'))
const realFolder = join(folder, 'real')
let failed = 0
try {
  const real = await startReal('real', realFolder, undefined)
  const ours = await startOurs(join(folder, 'ours'), realFolder, false)
  try {
    const [wanted, given] = [await revisionRows(real.client), await revisionRows(ours.client)]
    const answers = new Map(given.map(({ asked, answered }) => [asked, answered]))
    for (const { asked, answered } of wanted) {
      const own = answers.get(asked)
      answers.delete(asked)
      if (own === answered) continue
      failed++
      console.log(`${asked}\n  real: ${answered}\n  ours: ${own}`)
    }
    for (const [asked, own] of answers) console.log(`${asked}\n  real was not asked\n  ours: ${own}`)
    failed += answers.size
    console.log(`resourceVersion rows: ${wanted.length + answers.size - failed} passed, ${failed} failed`)
    if (wanted.length === 0) failed++
  } finally {
    for (const server of [real, ours]) server.client.close()
    await ours.stop()
    await real.stop()
  }
} finally {
  await endReal(realFolder).catch(() => undefined)
  rmSync(folder, { recursive: true, force: true })
}
process.exitCode = failed > 0 ? 1 : 0
