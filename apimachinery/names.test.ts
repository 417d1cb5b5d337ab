import { test } from 'tap'
import { configMapKey, dns1035Label, dns1123Label, dns1123Subdomain, labelValue, pathSegment, qualifiedName } from './names.ts'

const RULE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
const SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
const LABEL_1035 =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
const VALUE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
const KEY =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"

for (const [check, given, messages] of [
  [dns1123Label, 'a-1', []],
  [dns1123Label, '', [LABEL]],
  [dns1123Label, 'a.b', ['must not contain dots']],
  [dns1123Label, 'a\n', [LABEL]],
  [dns1123Label, 'a'.repeat(63), []],
  [dns1123Label, 'a'.repeat(64), ['must be no more than 63 characters']],
  [dns1123Label, 'é'.repeat(32), ['must be no more than 63 characters', LABEL]],
  [dns1123Subdomain, 'a.b-c.1', []],
  [dns1123Subdomain, 'a..b', [SUBDOMAIN]],
  [dns1123Subdomain, 'a'.repeat(254), ['must be no more than 253 characters']],
  [dns1035Label, 'a1', []],
  [dns1035Label, '1a', [LABEL_1035]],
  [qualifiedName, 'a', []],
  [qualifiedName, 'b.c/A_1', []],
  [qualifiedName, '', ['name part must be non-empty', `name part ${RULE}`]],
  [qualifiedName, '/a', ['prefix part must be non-empty']],
  [qualifiedName, 'A/a', [`prefix part ${SUBDOMAIN}`]],
  [qualifiedName, 'x'.repeat(64), ['name part must be no more than 63 bytes']],
  [qualifiedName, `${'a'.repeat(254)}/b`, ['prefix part must be no more than 253 bytes']],
  [qualifiedName, 'a/b/c', [`a valid label key ${RULE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`]],
  [labelValue, '', []],
  [labelValue, '-', [VALUE]],
  [labelValue, 'a'.repeat(64), ['must be no more than 63 bytes']],
  [configMapKey, '.a', []],
  [configMapKey, '__proto__', []],
  [configMapKey, '', [KEY]],
  [configMapKey, '.', ["must not be '.'"]],
  [configMapKey, '..', ["must not be '..'"]],
  [configMapKey, '..a', ["must not start with '..'"]],
  [configMapKey, 'a'.repeat(254), ['must be no more than 253 characters']],
  [pathSegment, 'A:b', []],
  [pathSegment, '.', ["may not be '.'"]],
  [pathSegment, 'a/%', ["may not contain '/'", "may not contain '%'"]],
] as const) {
  test(`${JSON.stringify(given.slice(0, 20))} (${given.length}): ${messages.join(' and ').slice(0, 60) || 'fits'}`, async (t) =>
    t.same(check(given), messages))
}

test('a name that still gets a suffix may end in a dash', async (t) => {
  t.same(dns1123Label('a-', true), [])
  t.same(dns1123Label('a-'), [LABEL])
  t.same(pathSegment('.', true), [])
})
