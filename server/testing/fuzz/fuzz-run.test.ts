import { test } from 'tap'
import { FuzzRandom } from './fuzz-random.ts'
import { runSubject } from './fuzz-run.ts'
import { type FuzzSubject, mustBe, mustBePlain, mustEqual } from './fuzz-subject.ts'
import { serverlessSubjects } from './subjects.ts'

const ignored = (): void => undefined

test('a seed makes the same choices again', async (t) => {
  const choices = (seed: number): unknown[] => {
    const random = new FuzzRandom(seed)
    return Array.from({ length: 50 }, () => random.text())
  }
  t.same(choices(5), choices(5))
  t.notSame(choices(5), choices(6))
})

for (const [what, run, words] of [
  ['a broken oracle', () => mustEqual(1, 2, 'one is two'), 'one is two'],
  ['an undeclared error', () => Buffer.alloc(-1), 'undeclared error: RangeError'],
  ['a changed prototype', () => mustBePlain(Object.create({ polluted: 1 })), 'strange prototype'],
] as const) {
  test(`${what} is told with its seed and input`, async (t) => {
    const subject: FuzzSubject = {
      name: 'x',
      run: ({ show, random }) => {
        show({ chosen: random.below(9) })
        run()
      },
    }
    const { failure } = await runSubject(subject, 0, 77, ignored)
    t.match(failure, new RegExp(`x --seed 77: [^]*${words}[^]*input: \\{"chosen":\\d\\}`))
  })
}

test('a later case fails under its own seed', async (t) => {
  let cases = 0
  const { failure } = await runSubject({ name: 'x', run: () => mustBe(++cases < 4, () => 'the fourth') }, 5, 10, ignored)
  t.match(failure, /x --seed 13: the fourth/)
})

for (const subject of serverlessSubjects) {
  test(`${subject.name}: the first cases hold`, async (t) => {
    for (let seed = 1; seed <= 60; seed++) t.equal((await runSubject(subject, 0, seed, ignored)).failure, undefined)
  })
}
