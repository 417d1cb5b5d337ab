import { crc32, gunzipSync } from 'node:zlib'
import { test } from 'tap'
import { crc32Combine } from './crc32-combine.ts'
import { GzipBlocks } from './gzip-blocks.ts'

for (const [first, second] of [
  ['', ''],
  ['a', ''],
  ['', 'b'],
  ['hello ', 'world'],
  ['x'.repeat(70_000), 'y'.repeat(300_001)],
] as const)
  test(`the CRC of ${first.length} and ${second.length} bytes in a row`, async (t) =>
    t.equal(crc32Combine(crc32(first), crc32(second), second.length), crc32(first + second)))

interface Item {
  key: string
  text: string
}

const made = (): { blocks: GzipBlocks<Item>; joined: number[] } => {
  const joined: number[] = []
  const blocks = new GzipBlocks<Item>((entries) => {
    joined.push(entries.length)
    return Buffer.from(entries.map(({ text }) => text).join(','))
  })
  return { blocks, joined }
}

const items = (count: number): Item[] =>
  Array.from({ length: count }, (_, index) => ({ key: `/n/item-${index}`, text: `{"n":${index},"x":"${'y'.repeat(index % 90)}"}` }))

const text = async (blocks: GzipBlocks<Item>, entries: readonly Item[]): Promise<string> => {
  const pieces = await blocks.list(Buffer.from('{"items":['), entries, Buffer.from(']}\n'))
  return gunzipSync(Buffer.concat(pieces)).toString()
}

for (const count of [0, 1, 2, 500]) {
  test(`${count} entries come out as they went in`, async (t) => {
    const entries = items(count)
    t.equal(await text(made().blocks, entries), `{"items":[${entries.map((item) => item.text).join(',')}]}\n`)
  })
}

test('what stands is not compressed again; a change costs its run alone', async (t) => {
  const { blocks, joined } = made()
  const entries = items(2000)
  await text(blocks, entries)
  const first = joined.length
  await text(blocks, entries)
  t.equal(joined.length, first)
  const changed = entries.map((item, index) => (index === 700 ? { ...item, text: '{"changed":true}' } : item))
  t.match(await text(blocks, changed), /"changed":true/)
  t.equal(joined.length, first + 1)
  const fewer = changed.filter((_, index) => index !== 300)
  t.equal((JSON.parse(await text(blocks, fewer)) as { items: unknown[] }).items.length, 1999)
  t.ok(joined.length <= first + 3)
})
