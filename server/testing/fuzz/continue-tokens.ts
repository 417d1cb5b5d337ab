// Continue tokens: ours read back as written; anything else is refused or stays below the kind's prefix.
import { writeJson } from '../../../apimachinery/json-write.ts'
import { StatusError } from '../../../apimachinery/status-error.ts'
import { continueAfter, keyBefore, readContinueToken } from '../../endpoints/continue-token.ts'
import type { FuzzRandom } from './fuzz-random.ts'
import { declared, type FuzzSubject, mustBe, mustEqual } from './fuzz-subject.ts'
import { anyValue, mutatedText } from './mutations.ts'

const PIECES = ['=', '-', '_', '+', '/', '\n', ' ', 'eyJ2', '%']

const forged = (random: FuzzRandom): string => {
  const token = {
    v: random.chance(5) ? anyValue(random) : 'meta.k8s.io/v1',
    rv: random.chance(3) ? anyValue(random) : random.integer(-2, 99),
    start: random.chance(5)
      ? anyValue(random)
      : random.pick(['', '/', '..', './', 'a/../b', 'a//b', '/a', 'ns/n\0', 'a/', '\0']) + random.text(),
  }
  return Buffer.from(writeJson(random.chance(10) ? anyValue(random) : token)).toString('base64url')
}

export const continueTokenSubject: FuzzSubject = {
  name: 'continue-tokens',
  run: ({ random, show }) => {
    if (random.chance(4)) {
      const key = `n${random.word()}/${random.word()}x`.replaceAll(/[./]+/g, '/x')
      const revision = random.integer(1, 1e9)
      show(key)
      const token = readContinueToken(continueAfter(revision, key))
      return mustEqual([token.revision, keyBefore(token)], [revision, key], 'our own token reads otherwise')
    }
    const text = random.chance(2) ? forged(random) : mutatedText(forged(random), PIECES, random)
    show(text)
    const token = declared([StatusError], () => readContinueToken(text))
    if (!token) return
    mustBe(Number.isInteger(token.revision) && token.revision !== 0, () => `the revision ${token.revision}`)
    mustBe(!token.start.split('/').some((part) => part === '..' || part === '.'), () => `the start ${token.start}`)
  },
}
