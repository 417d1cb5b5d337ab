// All that is fuzzed. Those that need a server are apart: a test runs the others' first cases.
import { applySubject } from './applies.ts'
import { canonicalSubject } from './canonical-objects.ts'
import { continueTokenSubject } from './continue-tokens.ts'
import type { FuzzSubject } from './fuzz-subject.ts'
import { jsonSubject } from './json-texts.ts'
import { patchSubject } from './patches.ts'
import { protobufSubject } from './protobuf-messages.ts'
import { requestPartSubject } from './request-parts.ts'
import { requestSubject } from './requests.ts'
import { scalarSubject } from './scalars.ts'
import { selectorSubject } from './selectors.ts'
import { sharedPartsSubject } from './shared-parts.ts'
import { yamlSubject } from './yaml-texts.ts'

export const serverlessSubjects: readonly FuzzSubject[] = [
  jsonSubject,
  yamlSubject,
  protobufSubject,
  canonicalSubject,
  sharedPartsSubject,
  patchSubject,
  applySubject,
  selectorSubject,
  scalarSubject,
  requestPartSubject,
  continueTokenSubject,
]

export const subjects: readonly FuzzSubject[] = [...serverlessSubjects, requestSubject]
