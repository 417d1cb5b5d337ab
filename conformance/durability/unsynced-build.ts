// What the counter-proof needs, made in a temporary folder: the library that drops unsynced writes, and copies of the server's sources,
// one as it is and one whose store does not sync.
import { execFileSync } from 'node:child_process'
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const COPIED = ['server', 'apimachinery', 'openapi', 'certs', 'cli', 'client', 'controllers', 'quota', 'bin', 'package.json']
const DATABASE = 'server/storage/embedded-database.ts'
const SYNCED = 'PRAGMA synchronous=FULL'
const UNSYNCED = 'PRAGMA synchronous=OFF'

/** Compiles the library into the folder; gives its path, or the reason why that is impossible here. */
export const buildLibrary = (folder: string): { path: string } | { impossible: string } => {
  if (process.platform !== 'linux') return { impossible: `the library is for Linux, this is ${process.platform}` }
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' })
  } catch {
    return { impossible: 'there is no C compiler named cc' }
  }
  const path = join(folder, 'unsynced.so')
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', path, fileURLToPath(new URL('unsynced.c', import.meta.url)), '-ldl', '-lpthread'], {
    stdio: 'inherit',
  })
  return { path }
}

/** Copies the sources twice, so that no bundle is used: as they are, and with a store whose commits return without a sync. */
export const copySources = (root: string, folder: string): { synced: string; unsynced: string } => {
  const [synced, unsynced] = [join(folder, 'synced'), join(folder, 'unsynced')]
  for (const name of COPIED) cpSync(join(root, name), join(synced, name), { recursive: true })
  cpSync(synced, unsynced, { recursive: true })
  for (const copy of [synced, unsynced]) symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  const text = readFileSync(join(synced, DATABASE), 'utf8')
  if (text.split(SYNCED).length !== 2) throw new Error(`${DATABASE} should say "${SYNCED}" once`)
  writeFileSync(join(unsynced, DATABASE), text.replace(SYNCED, UNSYNCED))
  if (!readFileSync(join(unsynced, DATABASE), 'utf8').includes(UNSYNCED)) throw new Error(`${DATABASE} was not changed`)
  return { synced, unsynced }
}
