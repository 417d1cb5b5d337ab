// What stands around a body: the URL, the Accept header. Nothing is thrown that is not declared, and what comes out is of its type.
import { StatusError } from '../../../apimachinery/status-error.ts'
import { errorFormat, representation } from '../../endpoints/representation.ts'
import { requestInfo } from '../../http/request-info.ts'
import type { FuzzRandom } from './fuzz-random.ts'
import { declared, type FuzzSubject, mustBe } from './fuzz-subject.ts'
import { mutatedText } from './mutations.ts'

export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'constructor', 'TRACE']
const PATHS = [
  '/api/v1/namespaces/x/pods/y/status',
  '/apis/apps/v1/deployments',
  '/api/v1/watch/namespaces/x/pods',
  '/apis/apps/v1/namespaces/x/deployments/y/scale?timeout=1s',
  '/api/v1/pods?watch=1&fieldSelector=metadata.name%3Da&labelSelector=a%3Db',
  '/version',
  '/',
]
const PATH_PIECES = [
  '/',
  '//',
  '?',
  '&',
  '=',
  '%',
  '%2f',
  '%00',
  '%ff',
  '%F0%9F%98%80',
  '..',
  '.',
  '#',
  '__proto__',
  'constructor',
  'watch',
  'proxy',
  'namespaces',
  'a'.repeat(300),
]
const ACCEPTS = [
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
  'application/vnd.kubernetes.protobuf;q=0.5, application/yaml;q=1',
  'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
  '*/*',
]
const ACCEPT_PIECES = [
  ',',
  ';',
  '=',
  'q=',
  'as=',
  'v=',
  'g=',
  '*/*',
  'application/*',
  'constructor',
  '__proto__',
  'toString',
  '"',
  ' ',
  'q=constructor',
  'q=1e9',
  'stream=watch',
]

export const randomUrl = (random: FuzzRandom): string => mutatedText(random.pick(PATHS), PATH_PIECES, random)
export const randomAccept = (random: FuzzRandom): string => mutatedText(random.pick(ACCEPTS), ACCEPT_PIECES, random)

const TEXTS = ['path', 'verb', 'prefix', 'group', 'version', 'namespace', 'resource', 'subresource', 'name'] as const

export const requestPartSubject: FuzzSubject = {
  name: 'request-parts',
  run: ({ random, show }) => {
    const [method, url, accept] = [random.pick(METHODS), randomUrl(random), randomAccept(random)]
    show({ method, url, accept })
    const info = requestInfo(method, url)
    for (const member of TEXTS) mustBe(typeof info[member] === 'string', () => `${member} is ${typeof info[member]}`)
    const chosen = declared([StatusError], () => representation(accept))
    for (const format of [chosen?.format ?? 'json', errorFormat(accept)])
      mustBe(['json', 'yaml', 'protobuf'].includes(format), () => `the format ${String(format)}`)
    if (chosen) mustBe(['object', 'table', 'metadata'].includes(chosen.shape), () => `the shape ${String(chosen.shape)}`)
  },
}
