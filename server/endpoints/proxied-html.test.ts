import { test } from 'tap'
import { rewriteLinks } from './proxied-html.ts'

const lead = (link: string): string => (link.startsWith('/') ? `/proxy${link}` : link)

const pages: readonly [claim: string, page: string, written: string][] = [
  ['links lead back', '<a href="/x?y=1">a</a>', '<a href="/proxy/x?y=1">a</a>'],
  ['names and quotes are as Go writes them', "<A HREF='rel' title=b>x</A>", '<a href="rel" title="b">x</A>'],
  ['only attributes that hold links change', '<img alt="/a>b" src="/i">', '<img alt="/a&gt;b" src="/proxy/i">'],
  ['tags without links stay as they are', '<P Class=x>/y</P>', '<P Class=x>/y</P>'],
  ['scripts are text', '<script src="/s.js">"<a href=\'/n\'>"</script>', '<script src="/proxy/s.js">"<a href=\'/n\'>"</script>'],
  ['comments are no tags', '<!-- <a href="/c"> -->', '<!-- <a href="/c"> -->'],
  ['an element that closes itself does', '<link href="/l" />', '<link href="/proxy/l"/>'],
]

for (const [claim, page, written] of pages)
  test(claim, async (t) => {
    t.equal(rewriteLinks(page, lead), written)
  })
