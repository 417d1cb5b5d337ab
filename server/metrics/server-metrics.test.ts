import { test } from 'tap'
import { configMap, TestServer } from '../testing/test-server.ts'
import { family, Histogram, labelText } from './histogram.ts'
import { InflightRequests } from './inflight-requests.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'

test('a histogram counts below its bounds, and writes them as Go does', async (t) => {
  const histogram = new Histogram([0.005, 1000, 1e6])
  for (const value of [0.005, 0.006, 2e6]) histogram.observe(value)
  t.same(histogram.lines('seconds', 'a="b"'), [
    'seconds_bucket{a="b",le="0.005"} 1',
    'seconds_bucket{a="b",le="1000"} 2',
    'seconds_bucket{a="b",le="1e+06"} 2',
    'seconds_bucket{a="b",le="+Inf"} 3',
    'seconds_sum{a="b"} 2000000.011',
    'seconds_count{a="b"} 3',
  ])
})

test('labels come in order of their names, with quotes and line ends escaped', async (t) => {
  t.equal(labelText({ b: 'x"y\\z\n', a: '1' }), 'a="1",b="x\\"y\\\\z\\n"')
})

test('a family without samples is left out', async (t) => {
  t.equal(family('none', 'gauge', 'Nothing.', []), '')
})

test('requests in flight are the most at once in the last second', async (t) => {
  const soon = performance.now()
  const inflight = new InflightRequests()
  inflight.started('readOnly', soon)
  inflight.started('readOnly', soon)
  inflight.finished('readOnly', soon)
  inflight.started('mutating', soon)
  const shown = inflight.render()
  t.match(shown, /request_kind="readOnly"} 2\n/)
  t.match(shown, /request_kind="mutating"} 1\n/)
})

test('requests are counted by what they ask', async (t) => {
  const server = await TestServer.start()
  t.teardown(() => server.stop())
  const ask = [
    ['GET', `${MAPS}?limit=1`],
    ['GET', '/api/v1/configmaps'],
    ['GET', `${MAPS}/none`],
    ['POST', `${MAPS}?dryRun=All`, configMap('dry')],
    ['POST', MAPS, configMap('m')],
    ['PUT', `${MAPS}/m`, configMap('m', {}, { a: '1' })],
    ['DELETE', MAPS],
    ['GET', '/readyz'],
    ['GET', '/version'],
    ['GET', '/api/v1/nothings'],
    ['TRACE', MAPS],
  ] as const
  for (const [method, path, body] of ask) await server.send(method, path, body)
  await server.send('GET', MAPS, undefined, { as: 'none' })
  const watch = server.watch(`${MAPS}?watch=1&fieldSelector=metadata.name%3Dm`)
  await server.send('POST', MAPS, configMap('m'))
  await watch.next(1)
  const scrape = await server.send('GET', '/metrics')
  t.equal(scrape.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores')
  const counted = scrape.text.split('\n').filter((line) => line.startsWith('apiserver_request_total{'))
  const told = counted.filter((line) => /resource="(?:configmaps)?"/.test(line)).map((line) => line.slice('apiserver_request_total'.length))
  const maps = 'group="",resource="configmaps"'
  t.same(told, [
    '{code="200",component="",dry_run="",group="",resource="",scope="",subresource="/readyz",verb="GET",version=""} 1',
    `{code="200",component="apiserver",dry_run="",${maps},scope="cluster",subresource="",verb="LIST",version="v1"} 1`,
    `{code="200",component="apiserver",dry_run="",${maps},scope="namespace",subresource="",verb="DELETE",version="v1"} 1`,
    `{code="200",component="apiserver",dry_run="",${maps},scope="namespace",subresource="",verb="LIST",version="v1"} 1`,
    `{code="200",component="apiserver",dry_run="",${maps},scope="resource",subresource="",verb="PUT",version="v1"} 1`,
    `{code="201",component="apiserver",dry_run="",${maps},scope="resource",subresource="",verb="POST",version="v1"} 2`,
    `{code="201",component="apiserver",dry_run="All",${maps},scope="resource",subresource="",verb="POST",version="v1"} 1`,
    `{code="404",component="apiserver",dry_run="",${maps},scope="resource",subresource="",verb="GET",version="v1"} 1`,
  ])
  t.match(
    scrape.text,
    `apiserver_longrunning_requests{component="apiserver",${maps},scope="resource",subresource="",verb="WATCH",version="v1"} 1\n`,
  )
  t.match(scrape.text, `apiserver_watch_events_total{${maps},version="v1"} 1\n`)
  t.match(scrape.text, `apiserver_resource_objects{${maps}} `)
  t.match(scrape.text, 'apiserver_storage_objects{resource="deployments.apps"} 0\n')
  t.match(scrape.text, /kubernetes_build_info\{build_date="[^"]+",compiler="[^"]+",.*git_version="v1\.36\.\d+",.*major="1",minor="36"/)
  t.match(scrape.text, /^process_resident_memory_bytes \d+/m)
  t.match(scrape.text, /^etcd_request_duration_seconds_count\{group="",operation="create",resource="configmaps"} \d+$/m)
  watch.close()
  await watch.ended
  const closed = /apiserver_longrunning_requests\{[^}]*configmaps[^}]*} 0\n/
  let after = ''
  for (let attempt = 0; attempt < 50 && !closed.test(after); attempt++) after = (await server.send('GET', '/metrics')).text
  t.match(after, closed)
  t.match(after, /apiserver_request_total\{code="200",[^}]*configmaps[^}]*scope="namespace"[^}]*verb="WATCH"[^}]*} 1/)
})
