import { test } from 'tap'
import { testParts } from './admission.test-parts.ts'
import { builtInPlugins, isBuiltIn } from './built-in-plugins.ts'
import { enabledPlugins, PLUGIN_ORDER, pluginNamesFault } from './plugin-order.ts'

test('plug-ins run in their order, whichever order they are named in', async (t) => {
  const enabled = enabledPlugins(['AlwaysDeny', 'AlwaysAdmit', 'NamespaceExists'], ['ResourceQuota'])
  t.equal(enabled[0], 'AlwaysAdmit')
  t.equal(enabled.at(-1), 'AlwaysDeny')
  t.notOk(enabled.includes('ResourceQuota'))
  t.same(
    enabled,
    PLUGIN_ORDER.filter((name) => enabled.includes(name)),
  )
})

test('what needs a file of its own or is not asked for is off', async (t) => {
  const enabled = enabledPlugins([], [])
  for (const name of ['NodeRestriction', 'EventRateLimit', 'ImagePolicyWebhook', 'AlwaysPullImages', 'PodNodeSelector'])
    t.notOk(enabled.includes(name), name)
  for (const name of ['ServiceAccount', 'PodSecurity', 'LimitRanger', 'ResourceQuota']) t.ok(enabled.includes(name), name)
})

test('every plug-in carries the name it is asked for by', async (t) => {
  const built = PLUGIN_ORDER.filter(isBuiltIn)
  t.same(
    builtInPlugins(PLUGIN_ORDER, testParts()).map(({ name }) => name),
    built,
  )
})

const faults: readonly [claim: string, enabled: string[], disabled: string[], fault: string][] = [
  ['known names are fine', ['AlwaysAdmit'], ['ServiceAccount'], ''],
  ['an unknown one to enable is named', ['Nope'], [], 'enable-admission-plugins plugin "Nope" is unknown'],
  ['so is one to disable', [], ['Nope'], 'disable-admission-plugins plugin "Nope" is unknown'],
  [
    'a name in both is refused',
    ['Priority', 'AlwaysDeny'],
    ['Priority', 'AlwaysDeny'],
    '[AlwaysDeny Priority] in enable-admission-plugins and disable-admission-plugins overlapped',
  ],
  [
    'all that is wrong is told',
    ['A', 'B'],
    [],
    '[enable-admission-plugins plugin "A" is unknown, enable-admission-plugins plugin "B" is unknown]',
  ],
]

for (const [claim, enabled, disabled, fault] of faults) {
  test(`names of plug-ins: ${claim}`, async (t) => {
    t.equal(pluginNamesFault(enabled, disabled), fault)
  })
}
