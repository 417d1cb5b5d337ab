import { test } from 'tap'
import { isGlobalUnicast, splitProxyName } from './backend-address.ts'

const names: readonly [text: string, parts: [string, string, string] | undefined][] = [
  ['a', ['', 'a', '']],
  ['a:80', ['', 'a', '80']],
  ['a:', ['', 'a', '']],
  ['https:a:web', ['https', 'a', 'web']],
  [':a:', ['', 'a', '']],
  ['ftp:a:80', undefined],
  [':80', undefined],
  ['', undefined],
  ['a:b:c:d', undefined],
]

for (const [text, parts] of names)
  test(`${JSON.stringify(text)} ${parts ? 'names something' : 'names nothing'}`, async (t) => {
    const split = splitProxyName(text)
    t.same(split && [split.scheme, split.name, split.port], parts)
  })

const addresses: Readonly<Record<string, boolean>> = {
  '10.0.0.1': true,
  '8.8.8.8': true,
  'fd00::2': true,
  '127.0.0.1': false,
  '169.254.169.254': false,
  '224.0.0.1': false,
  '0.0.0.0': false,
  '255.255.255.255': false,
  '::1': false,
  'fe80::1': false,
  'host.example': false,
  '': false,
}

for (const [address, may] of Object.entries(addresses))
  test(`connections may ${may ? '' : 'not '}go to ${address || 'nothing'}`, async (t) => {
    t.equal(isGlobalUnicast(address), may)
  })
