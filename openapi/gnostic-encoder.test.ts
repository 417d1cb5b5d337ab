import { test } from 'tap'
import { GnosticEncoder } from './gnostic-encoder.ts'
import { gnosticV2 } from './gnostic-v2.ts'
import { gnosticV3 } from './gnostic-v3.ts'

const field = (number: number, ...content: (Buffer | string)[]): Buffer => {
  const bytes = Buffer.concat(content.map((part) => Buffer.from(part)))
  const key = number < 16 ? [number * 8 + 2] : [((number * 8 + 2) % 128) | 0x80, (number * 8 + 2) >> 7]
  return Buffer.concat([Buffer.from([...key, bytes.length]), bytes])
}

for (const [claim, messages, document, expected] of [
  [
    'fields come in the order of their numbers, false and empty ones left out',
    gnosticV2,
    { info: { version: '1.36', title: 'K', description: '' }, swagger: '2.0' },
    [field(1, '2.0'), field(2, field(1, 'K'), field(2, '1.36'))],
  ],
  [
    'an extension is a name and YAML, an empty string in it in double quotes, a star in single ones',
    gnosticV2,
    { definitions: { A: { enum: ['*', ''], 'x-kubernetes-group-version-kind': [{ group: '', kind: 'A' }] } } },
    [
      field(
        9,
        field(
          1,
          field(1, 'A'),
          field(
            2,
            field(20, field(2, "'*'\n")),
            field(20, field(2, '""\n')),
            field(31, field(1, 'x-kubernetes-group-version-kind'), field(2, field(2, '- group: ""\n  kind: A\n'))),
          ),
        ),
      ),
    ],
  ],
  [
    'a parameter is wrapped by its place, a reference is not',
    gnosticV2,
    { paths: { '/a': { parameters: [{ $ref: '#/b' }, { name: 'c', in: 'path', required: true }] } } },
    [
      field(
        8,
        field(
          2,
          field(1, '/a'),
          field(
            2,
            field(9, field(2, field(1, '#/b'))),
            field(9, field(1, field(2, field(4, Buffer.from([8, 1]), field(2, 'path'), field(4, 'c'))))),
          ),
        ),
      ),
    ],
  ],
  [
    'a default is a string, a number or a boolean even when empty, and an empty message when an object',
    gnosticV3,
    {
      components: { schemas: { A: { properties: { a: { default: '' }, b: { default: {} }, c: { default: false }, d: { default: 1 } } } } },
    },
    [
      field(
        5,
        field(
          1,
          field(
            1,
            field(1, 'A'),
            field(
              2,
              field(
                1,
                field(
                  31,
                  ...[
                    ['a', field(33, field(3, ''))],
                    ['b', field(33)],
                    ['c', field(33, Buffer.from([16, 0]))],
                    ['d', field(33, Buffer.from([9, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f]))],
                  ].map(([name = '', value = '']) => field(1, field(1, name), field(2, field(1, value)))),
                ),
              ),
            ),
          ),
        ),
      ),
    ],
  ],
] as const)
  test(claim, async (t) => {
    t.equal(new GnosticEncoder(messages).encode(document).toString('hex'), Buffer.concat(expected as readonly Buffer[]).toString('hex'))
  })

test('a member that the tables do not know is an error, not a loss', async (t) => {
  t.throws(() => new GnosticEncoder(gnosticV2).encode({ swagger: '2.0', surprise: 1 }), { message: 'no member surprise in Document' })
})
