import { test } from 'tap'
import { fieldErrorMessage } from '../../../apimachinery/field-error.ts'
import type { KubeObject } from '../../../apimachinery/kube-object.ts'
import { validateRequest, validateRequestUpdate } from './request-validation.ts'

const encoded = (text: string): string => Buffer.from(text).toString('base64')
const block = (type: string): string => encoded(`-----BEGIN ${type}-----\nAAAA\n-----END ${type}-----\n`)
const request = (spec: object, status: object = {}): KubeObject =>
  structuredClone({
    metadata: { name: 'a', resourceVersion: '1' },
    spec: { request: block('CERTIFICATE REQUEST'), signerName: 'example.com/signer', usages: ['client auth'], ...spec },
    status,
  })

const SIGNER = 'spec.signerName: Invalid value'
const cases: readonly [spec: object, status: object, errors: string[]][] = [
  [{}, {}, []],
  [{ usages: [] }, {}, ['spec.usages: Required value']],
  [{ usages: ['any', 'any'] }, {}, ['spec.usages[1]: Duplicate value: "any"']],
  [{ signerName: 'a' }, {}, [`${SIGNER}: "a": must be a fully qualified domain and path of the form 'example.com/signer-name'`]],
  [{ signerName: 'a/b' }, {}, [`${SIGNER}: "a": should be a domain with at least two segments separated by dots`]],
  [
    { signerName: 'kubernetes.io/legacy-unknown' },
    {},
    [`${SIGNER}: "kubernetes.io/legacy-unknown": the legacy signerName is not allowed via this API version`],
  ],
  [
    { expirationSeconds: 5 },
    {},
    ['spec.expirationSeconds: Invalid value: 5: may not specify a duration less than 600 seconds (10 minutes)'],
  ],
  [
    {},
    {
      conditions: [
        { type: 'Approved', status: 'False' },
        { type: 'Denied', status: 'True' },
      ],
    },
    [
      'status.conditions[0].status: Unsupported value: "False": supported values: "True"',
      'status.conditions: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive',
    ],
  ],
  [{}, { certificate: block('CERTIFICATE') }, []],
  [
    {},
    { certificate: block('FOO') },
    ['status.certificate: Invalid value: "<certificate data>": only CERTIFICATE PEM blocks are allowed, found "FOO"'],
  ],
  [
    {},
    { certificate: encoded('x') },
    ['status.certificate: Invalid value: "<certificate data>": must contain at least one CERTIFICATE PEM block'],
  ],
]

for (const [spec, status, errors] of cases)
  test(`${JSON.stringify({ spec, status })}: ${errors.join(', ') || 'fits'}`, async (t) => {
    t.same(validateRequest(request(spec, status)).map(fieldErrorMessage), errors)
  })

test('a text that is no request is refused', async (t) => {
  const text = encoded('x')
  t.same(validateRequest(request({ request: text })).map(fieldErrorMessage), [
    `spec.request: Invalid value: "${text}": PEM block type must be CERTIFICATE REQUEST`,
  ])
})

test('only approval approves, only the status holds a certificate, and what is there stays', async (t) => {
  const approved = request({}, { conditions: [{ type: 'Approved', status: 'True' }] })
  const issued = request({}, { certificate: block('CERTIFICATE') })
  const said = (permitted: { approval: boolean; certificate: boolean }, after: KubeObject, before: KubeObject): string[] =>
    validateRequestUpdate(permitted)(after, before).map(fieldErrorMessage)
  const [approval, status] = [
    { approval: true, certificate: false },
    { approval: false, certificate: true },
  ]
  t.same(said(approval, approved, request({})), [])
  t.same(said(status, approved, request({})), ['status.conditions: Forbidden: updates may not add a condition of type "Approved"'])
  t.same(said(approval, request({}), approved), ['status.conditions: Forbidden: updates may not remove a condition of type "Approved"'])
  t.same(said(status, issued, request({})), [])
  t.same(said(approval, issued, request({})), ['status.certificate: Forbidden: updates may not set certificate content'])
  t.same(said(status, request({}), issued), ['status.certificate: Forbidden: updates may not modify existing certificate content'])
})
