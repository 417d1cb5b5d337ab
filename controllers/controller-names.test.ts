import { test } from 'tap'
import { controllerNames, selectControllers } from './controller-names.ts'

const all = [...controllerNames]
const without = (...names: string[]): string[] => all.filter((name) => !names.includes(name))

const rows: readonly [wanted: string, selected: readonly string[]][] = [
  ['*', all],
  ['', []],
  ['-*', []],
  ['namespace-controller', ['namespace-controller']],
  ['namespace,podgc', ['namespace-controller', 'pod-garbage-collector-controller']],
  ['*,-garbagecollector', without('garbage-collector-controller')],
  ['-garbage-collector-controller,*,garbagecollector', without('garbage-collector-controller')],
]

test('controllers are chosen by their names, old and new; the first of two that contradict each other counts', async (t) => {
  for (const [wanted, selected] of rows) {
    const found = selectControllers(wanted.split(',').filter(Boolean))
    t.same('selected' in found && [...found.selected].sort(), [...selected].sort(), wanted)
  }
  t.same(selectControllers(['*', '-oar']), { unknown: 'oar' })
})
