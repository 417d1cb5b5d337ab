import { PassThrough } from 'node:stream'
import { test } from 'tap'
import { endWithPieces } from './body.ts'
import { bodyOf, PIECE_BYTES, PiecePool, wholeBody } from './piece-pool.ts'

const buffers = (...lengths: number[]): Buffer[] => lengths.map((length, index) => Buffer.alloc(length, 97 + (index % 26)))

for (const [name, lengths] of [
  ['nothing', []],
  ['a small body', [10, 20, 30]],
  ['parts that fill a piece to the last byte', [PIECE_BYTES, PIECE_BYTES - 5, 5]],
  ['many parts over several pieces', Array.from({ length: 300 }, (_, index) => 1000 * (index % 17))],
  ['a part larger than a piece', [100, 3 * PIECE_BYTES, 100]],
] as const)
  test(`${name}: the pieces are the body`, async (t) => {
    const body = bodyOf(buffers(...lengths))
    const pieces = [...new PiecePool().pieces(body)]
    t.ok(Buffer.concat(pieces).equals(wholeBody(body)))
    t.ok(pieces.every(({ length }) => length > 0))
  })

test('a piece is used again once it has gone out, and not before', async (t) => {
  const pool = new PiecePool()
  const body = bodyOf(buffers(PIECE_BYTES, PIECE_BYTES))
  const first = pool.pieces(body)
  const [one, two] = [...first]
  t.not(one?.buffer, two?.buffer)
  const [three] = [...pool.pieces(body)]
  t.notOk([one?.buffer, two?.buffer].includes(three?.buffer as ArrayBuffer))
  first.gone?.(one as Uint8Array)
  const [four] = [...pool.pieces(body)]
  t.equal(four?.buffer, one?.buffer)
})

test('pieces are given back when the target has taken them, not when it failed', async (t) => {
  const body = bodyOf(buffers(PIECE_BYTES, 100))
  const gone: number[] = []
  const pieces = { ...new PiecePool().pieces(body), gone: (piece: Uint8Array) => gone.push(piece.length) }
  const good = new PassThrough()
  good.resume()
  await endWithPieces(good, body.length, pieces)
  await new Promise((resolve) => good.once('close', resolve))
  t.same(gone, [PIECE_BYTES, 100])
  const bad = new PassThrough({ write: (_chunk, _encoding, done) => done(new Error('broken')) })
  bad.on('error', () => undefined)
  await endWithPieces(bad, body.length, pieces)
  await new Promise((resolve) => (bad.closed ? resolve(undefined) : bad.once('close', resolve)))
  t.same(gone, [PIECE_BYTES, 100])
})
