import { test } from 'tap'
import { unifiedDiff } from './unified-diff.ts'

const lines = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, index) => String(from + index))

for (const [claim, before, after, diff] of [
  ['equal texts do not differ', 'a\nb', 'a\nb', ''],
  [
    'a changed line stands with three around it',
    lines(1, 9).join('\n'),
    [...lines(1, 4), 'x', ...lines(6, 9)].join('\n'),
    '@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n',
  ],
  ['added lines', 'a\nb', 'a\nx\ny\nb', '@@ -1,2 +1,4 @@\n a\n+x\n+y\n b\n'],
  ['removed lines', 'a\nx\nb', 'a\nb', '@@ -1,3 +1,2 @@\n a\n-x\n b\n'],
  ['of one line the count is left out', 'a', 'b', '@@ -1 +1 @@\n-a\n+b\n'],
  [
    'changes far apart make two parts',
    lines(1, 20).join('\n'),
    ['x', ...lines(2, 19), 'y'].join('\n'),
    '@@ -1,4 +1,4 @@\n-1\n+x\n 2\n 3\n 4\n@@ -17,4 +17,4 @@\n 17\n 18\n 19\n-20\n+y\n',
  ],
] as const) {
  test(claim, async (t) => t.equal(unifiedDiff(before, after), diff))
}

test('lines that stand nearly everywhere in a long text are no landmarks', async (t) => {
  const before = lines(1, 220).map((line) => (Number(line) % 2 === 0 ? '' : line))
  const after = [...before]
  after[100] = 'x'
  t.equal(unifiedDiff(before.join('\n'), after.join('\n')), '@@ -98,7 +98,7 @@\n \n 99\n \n-101\n+x\n \n 103\n \n')
})
